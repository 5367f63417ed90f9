import type { Optimizer } from "../../shared/plugins/optimizers/index.ts";
import { destroyBuffer, device, readNumbers, storageBuffer, submitPending, tensorOver } from "../gpu.ts";
import { kernelVariant } from "../kernels/variant.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import { runProgram, runProgramInto, type Tensor, type TensorInfo, tf } from "../tf.ts";
import { ClipFactorProgram, padded, SquaresProgram, UpdateProgram } from "./update-programs.ts";

/** How gradients are summed to be clipped: threads for a GPU to hide its loads behind, or a few that an emulator has. */
const SUMMING = { hardware: { threads: 4096, lanes: 64 }, software: { threads: 16, lanes: 1 } } as const;

/** How parameters are moved along a gradient. */
export interface UpdateRule {
  readonly optimizer: Optimizer;
  /** Longer gradients are shortened to this norm; null shortens none. */
  readonly clipNorm: number | null;
  /** What each parameter's step is multiplied by; null multiplies none. */
  readonly scales: Float32Array | null;
}

/**
 * All parameters of a model and the optimizer's state on the WebGPU device, moved in place by one dispatch a step, or
 * three where gradients are clipped by their global norm: whatever tfjs computes of theta before a step reads it as it
 * was then. Tensor by tensor Adam takes a dozen dispatches, each of which reads and writes whole vectors, 120 bytes a
 * parameter in place of 28.
 */
export class FusedUpdate {
  /** All parameters, flat [parameters], changed in place. Its own `data()` would read the state behind it as well. */
  readonly theta: Tensor;
  readonly #all: Tensor;
  readonly #buffer: GPUBuffer;
  readonly #scales: Tensor | null;
  readonly #size: number;
  /** Where each vector begins. */
  readonly #starts: readonly number[];

  constructor(
    readonly rule: UpdateRule,
    initial: Float32Array,
  ) {
    const { optimizer, scales } = rule;
    this.#scales = scales && tf.tensor1d(scales);
    this.#size = initial.length;
    const vectors = 1 + buildOptimizer(optimizer).slots.length;
    this.#starts = Array.from({ length: vectors }, (_, i) => i * padded(this.#size));
    this.#buffer = storageBuffer(vectors * padded(this.#size), "theta and optimizer state");
    this.theta = tensorOver(this.#buffer, [this.#size]);
    this.#all = tensorOver(this.#buffer, [vectors * padded(this.#size)]);
    this.write(initial);
  }

  /**
   * Takes one step along a gradient [parameters].
   * @param hyper the step's numbers, of stepHyper: [numbers]
   */
  apply(gradient: Tensor, hyper: Tensor): void {
    const { optimizer, clipNorm } = this.rule;
    tf.tidy(() => {
      const factor = clipNorm === null ? null : clipFactor(gradient, clipNorm);
      const scales = this.#scales;
      const program = new UpdateProgram(optimizer, this.#size, { clips: factor !== null, scales: scales !== null });
      const inputs = [gradient, hyper, ...(factor ? [factor] : []), ...(scales ? [scales] : [])];
      runProgramInto(this.#all, program, inputs, [{ type: "uint32", data: [this.#size] }]);
    });
  }

  /** All parameters on the host. */
  read(): Promise<Float32Array> {
    submitPending();
    return readNumbers(this.#buffer, [[0, this.#size]]);
  }

  /** Puts other parameters in their place; the optimizer's state stays. */
  write(theta: Float32Array): void {
    submitPending();
    device().queue.writeBuffer(this.#buffer, 0, theta.slice());
  }

  /** Theta, then the optimizer's vectors. */
  async readAll(): Promise<Float32Array[]> {
    submitPending();
    const all = await readNumbers(
      this.#buffer,
      this.#starts.map((start) => [start, this.#size]),
    );
    return this.#starts.map((_, i) => all.slice(i * this.#size, (i + 1) * this.#size));
  }

  /** Puts such vectors in the place of all that there are. */
  writeAll(vectors: readonly Float32Array[]): void {
    submitPending();
    for (const [i, start] of this.#starts.entries())
      device().queue.writeBuffer(this.#buffer, 4 * start, (vectors[i] as Float32Array).slice());
  }

  dispose(): void {
    submitPending();
    tf.dispose([this.theta, this.#all, ...(this.#scales ? [this.#scales] : [])]);
    destroyBuffer(this.#buffer);
  }
}

/** What shortens a gradient to a norm: [1]. */
function clipFactor(gradient: Tensor, norm: number): Tensor {
  const { threads, lanes } = SUMMING[kernelVariant()];
  const shares = tracked(
    runProgram(new SquaresProgram(threads), [gradient], [{ type: "uint32", data: [gradient.size] }]),
  );
  return tracked(runProgram(new ClipFactorProgram(threads, lanes), [shares], [{ type: "float32", data: [norm] }]));
}

/** A program's output as a tensor that tidy disposes of. */
const tracked = (info: TensorInfo): Tensor => tf.engine().makeTensorFromTensorInfo(info);
