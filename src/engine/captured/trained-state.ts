import { FusedUpdate } from "../fused/update.ts";
import { stepHyper } from "../fused/update-wgsl.ts";
import { destroyBuffer, device, readNumbers, storageBuffer, tensorOver } from "../gpu.ts";
import { copyInto, range } from "../kernels/copies.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import { submitPending, type Tensor, tf } from "../tf.ts";
import { eagerStep } from "../train/eager-steps.ts";
import { lossAndGradients } from "../train/gradient.ts";
import { stepScales } from "../train/layer-decay.ts";
import type { Model } from "../train/model.ts";
import type { ParameterLayout } from "../train/parameters.ts";
import type { RecordableStep } from "./record.ts";

/** Theta and the optimizer's state in buffers that stay, and the step that changes them in place. */
export interface TrainedState {
  /** All parameters, in the order of the layout. Call within a tidy. */
  parameters(): Tensor[];
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

/** Numbers to which a parameter's place in theta is aligned, so that a binding can start there: 256 bytes. */
const ALIGNMENT = 64;

/**
 * Pooled loss and update in kernels of our own, the network operation by operation. Every parameter and its gradient lie
 * aligned in one buffer each; what lies between has gradient 0 and is never looked at.
 */
export function fusedState(...[model, layout, initial, totalSteps]: Setup): TrainedState {
  const { optimizer, schedule, clipNorm } = model.experiment;
  const { offsets, size } = alignedOffsets(layout);
  const spread = (theta: Float32Array): Float32Array => {
    const all = new Float32Array(size);
    for (const [i, slot] of layout.slots.entries())
      all.set(theta.subarray(slot.offset, slot.offset + slot.size), offsets[i]);
    return all;
  };
  const gathered = (all: Float32Array): Float32Array => {
    const theta = new Float32Array(layout.size);
    for (const [i, slot] of layout.slots.entries())
      theta.set(all.subarray(offsets[i], (offsets[i] as number) + slot.size), slot.offset);
    return theta;
  };
  const scales = stepScales(model, layout);
  const update = new FusedUpdate({ optimizer, clipNorm, scales: scales && spread(scales) }, spread(initial));
  const buffer = storageBuffer(size, "gradients");
  const all = tensorOver(buffer, [size]);
  const parameters = () =>
    layout.slots.map((slot, i) => tf.reshape(range(update.theta, offsets[i] as number, slot.size), [...slot.shape]));
  return {
    parameters,
    step: (input) => {
      const { value, gradients } = lossAndGradients(model, layout, parameters(), input, { fused: true });
      for (const [i, gradient] of gradients.entries()) if (gradient) copyInto(all, offsets[i] as number, gradient);
      update.apply(
        all,
        input.numbers((_, step) => stepHyper(optimizer, schedule, step, totalSteps)),
      );
      return value;
    },
    read: async () => gathered(await update.read()),
    write: (theta) => update.write(spread(theta)),
    readAll: async () => (await update.readAll()).map(gathered),
    writeAll: (vectors) => update.writeAll(vectors.map(spread)),
    dispose: () => {
      update.dispose();
      all.dispose();
      destroyBuffer(buffer);
    },
  };
}

function alignedOffsets({ slots }: ParameterLayout): { offsets: number[]; size: number } {
  let size = 0;
  const offsets = slots.map((slot) => {
    const offset = size;
    size += ALIGNMENT * Math.ceil(slot.size / ALIGNMENT);
    return offset;
  });
  return { offsets, size };
}

/** The very operations of eager steps; what they compute of theta and the state is then copied over the old. */
export function eagerState(...[model, layout, initial, totalSteps]: Setup): TrainedState {
  const vectors = 1 + buildOptimizer(model.experiment.optimizer).slots.length;
  const buffers = Array.from({ length: vectors }, (_, i) => storageBuffer(layout.size, i === 0 ? "theta" : "state"));
  const state = buffers.map((buffer) => tensorOver(buffer, [layout.size]));
  const scales = stepScales(model, layout);
  const scale = scales && tf.tensor1d(scales);
  /** The first vectors, as many as are given. */
  const write = (...all: readonly Float32Array[]): void => {
    submitPending();
    for (const [i, vector] of all.entries()) device().queue.writeBuffer(buffers[i] as GPUBuffer, 0, vector.slice());
  };
  const read = (buffer: GPUBuffer): Promise<Float32Array> => readNumbers(buffer, [[0, layout.size]]);
  write(initial);
  return {
    parameters: () => layout.split(state[0] as Tensor),
    step: (input) => {
      const [loss, ...next] = eagerStep({ model, layout, totalSteps }, state, scale, input);
      for (const [i, tensor] of next.entries()) copyInto(state[i] as Tensor, 0, tensor);
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
      tf.dispose(scale ? [...state, scale] : state);
      for (const buffer of buffers) destroyBuffer(buffer);
    },
  };
}
