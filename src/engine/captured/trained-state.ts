import { FusedUpdate } from "../fused/update.ts";
import { stepHyper } from "../fused/update-wgsl.ts";
import { device, readNumbers, storageBuffer, tensorOver } from "../gpu.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import { runProgramInto, submitPending, type Tensor, tf, type WebGpuProgram } from "../tf.ts";
import { eagerStep } from "../train/eager-steps.ts";
import { lossAndGradient } from "../train/gradient.ts";
import type { Model } from "../train/model.ts";
import type { ParameterLayout } from "../train/parameters.ts";
import type { RecordableStep } from "./record.ts";

/** Theta and the optimizer's state in buffers that stay, and the step that changes them in place. */
export interface TrainedState {
  /** Flat [parameters]; its own `data()` would read more than it. */
  readonly theta: Tensor;
  readonly step: RecordableStep;
  read(): Promise<Float32Array>;
  /** Puts other parameters in place; the optimizer's state stays. */
  write(theta: Float32Array): void;
  /** Theta, then the optimizer's vectors. */
  readAll(): Promise<Float32Array[]>;
  writeAll(vectors: readonly Float32Array[]): void;
  dispose(): void;
}

type Setup = [model: Model, layout: ParameterLayout, initial: Float32Array, totalSteps: number];

/** Pooled loss and update in kernels of our own, the network operation by operation. */
export function fusedState(...[model, layout, initial, totalSteps]: Setup): TrainedState {
  const { optimizer, schedule, clipNorm } = model.experiment;
  const update = new FusedUpdate(optimizer, clipNorm, initial);
  return {
    theta: update.theta,
    step: (input) => {
      const { value, gradient } = lossAndGradient(model, layout, update.theta, input, { fused: true });
      update.apply(
        gradient,
        input.numbers((_, step) => stepHyper(optimizer, schedule, step, totalSteps)),
      );
      return value;
    },
    read: () => update.read(),
    write: (theta) => update.write(theta),
    readAll: () => update.readAll(),
    writeAll: (vectors) => update.writeAll(vectors),
    dispose: () => update.dispose(),
  };
}

/** The very operations of eager steps; what they compute of theta and the state is then copied over the old. */
export function eagerState(...[model, layout, initial, totalSteps]: Setup): TrainedState {
  const vectors = 1 + buildOptimizer(model.experiment.optimizer).slots.length;
  const buffers = Array.from({ length: vectors }, (_, i) => storageBuffer(layout.size, i === 0 ? "theta" : "state"));
  const state = buffers.map((buffer) => tensorOver(buffer, [layout.size]));
  /** The first vectors, as many as are given. */
  const write = (...all: readonly Float32Array[]): void => {
    submitPending();
    for (const [i, vector] of all.entries()) device().queue.writeBuffer(buffers[i] as GPUBuffer, 0, vector.slice());
  };
  const read = (buffer: GPUBuffer): Promise<Float32Array> => readNumbers(buffer, [[0, layout.size]]);
  write(initial);
  return {
    theta: state[0] as Tensor,
    step: (input) => {
      const [loss, ...next] = eagerStep(model, layout, totalSteps, state, input);
      for (const [i, tensor] of next.entries()) copyInto(state[i] as Tensor, tensor);
      return loss as Tensor;
    },
    read: () => {
      submitPending();
      return read(buffers[0] as GPUBuffer);
    },
    write,
    readAll: () => {
      submitPending();
      return Promise.all(buffers.map(read));
    },
    writeAll: (all) => write(...all),
    dispose: () => {
      submitPending();
      tf.dispose(state);
      for (const buffer of buffers) buffer.destroy();
    },
  };
}

function copyInto(to: Tensor, from: Tensor): void {
  const program: WebGpuProgram = {
    variableNames: ["source"],
    workgroupSize: [64, 1, 1],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(from.size / 64), 1, 1],
    outputShape: [from.size],
    shaderKey: "copy_into",
    uniforms: "length : u32,",
    getUserCode: () => "fn main(index : i32) { if (u32(index) < uniforms.length) { result[index] = source[index]; } }",
  };
  runProgramInto(to, program, [from], [{ type: "uint32", data: [from.size] }]);
}
