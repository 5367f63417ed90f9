import type { Experiment } from "../../shared/experiment.ts";
import { CancelledError } from "../errors.ts";
import { tf } from "../tf.ts";
import { type Batch, batchingOf, epochBatches } from "../train/batches.ts";
import { type CompileOptions, compileSteps } from "../train/compile-steps.ts";
import { DeviceData } from "../train/device-data.ts";
import { dryEvaluation } from "../train/evaluate.ts";
import { refuseWhatCannotFit } from "../train/fit.ts";
import { Model } from "../train/model.ts";
import { buildNetwork, type Network } from "../train/network.ts";
import { timeSteps } from "../train/timing.ts";
import { Trainer } from "../train/trainer.ts";
import { type DataShape, lengthsOf, syntheticData } from "./synthetic-data.ts";

/**
 * A step that takes this long is not repeated to be measured well. Any other is: the first on cold memory was seen to
 * take three times as long as the next.
 */
const SLOW_MS = 1500;
/** Steps are taken until they have lasted this long, at most so many of them, twice; the faster round counts. */
const ROUND_MS = 60;
const ROUND_STEPS = 10;

/** A model to be tried. */
export interface Probed {
  readonly experiment: Experiment;
  readonly shape: DataShape;
  readonly trainCounts: readonly number[] | null;
  readonly signal: AbortSignal;
  /** Whether batches of every usual length are wanted, and not of the most frequent alone. */
  readonly isWide?: boolean;
  /** Makes the network on the current backend, where it is not the experiment's own. */
  readonly build?: () => Network & { dispose(): void };
}

/** How large a step is: samples of a batch, and repeats of each. */
export type Size = Pick<Experiment, "batchSize"> & { readonly k: number };

/** A model on random data on the current backend, to take steps of any size with. */
export class Probe {
  readonly whole: Size;
  readonly smallest: Size;
  readonly #network: Network & { dispose?(): void };
  readonly #initial;
  readonly #device: DeviceData;
  /** Items of each usual length. */
  readonly #items: number;

  constructor(readonly probed: Probed) {
    const { experiment, shape } = probed;
    const { batchSize, repeat } = experiment;
    this.whole = { batchSize, k: repeat.k };
    this.smallest = { batchSize: Math.min(batchSize, repeat.groupSize), k: 1 };
    this.#network = probed.build?.() ?? buildNetwork(experiment, shape.input, shape.numClasses);
    refuseWhatCannotFit(experiment, this.#network);
    this.#initial = this.#network.init(experiment.seed);
    this.#items = Math.max(batchSize, repeat.groupSize);
    const lengths = probed.isWide ? lengthsOf(shape, experiment) : lengthsOf(shape, experiment).slice(0, 1);
    this.#device = new DeviceData(syntheticData(shape, this.#items, repeat.groupSize, lengths));
  }

  /** Rows that go through the network above the repeat point. */
  rowsOf({ batchSize, k }: Size): number {
    const { groupSize } = this.probed.experiment.repeat;
    return Math.max(1, Math.floor(batchSize / groupSize)) * groupSize * k;
  }

  /** The largest step of at most so many rows: more samples first, then more repeats. */
  largestWithin(rows: number): Size {
    const { batchSize, k } = this.whole;
    const { groupSize } = this.probed.experiment.repeat;
    const samples = Math.max(groupSize, Math.min(batchSize, Math.floor(rows)));
    return { batchSize: samples, k: Math.max(1, Math.min(k, Math.floor(rows / samples))) };
  }

  /**
   * Milliseconds a step of a size. Where the first alone is slow, though nothing is left to compile, its time will do.
   * @throws Error where compiling takes longer than `compileMs`
   */
  async time(size: Size, compileMs: number): Promise<number> {
    await this.compile(size, compileMs);
    return this.#use(size, async (trainer, batch) => {
      const timed = async (count: number) => {
        this.#refuseStop();
        return timeSteps(trainer, batch, count);
      };
      const first = await timed(1);
      // WebGL compiles in its first step.
      if (first > SLOW_MS && tf.getBackend() !== "webgl") return first;
      const once = await timed(1);
      const count = Math.min(ROUND_STEPS, Math.floor(ROUND_MS / once));
      return count < 1 ? Math.min(first, once) : Math.min(await timed(count), await timed(count));
    });
  }

  /**
   * Compiles ahead what a step of a size needs, and what else a dry run of it does.
   * @throws Error where it would take too long
   */
  async compile(size: Size, withinMs = Infinity, also?: CompileOptions["also"]): Promise<void> {
    const { model, batches } = this.#sized(size);
    const options = { withinMs, signal: this.probed.signal, ...(also && { also }) };
    const { compiled, left } = await compileSteps(model, this.#initial, batches, options);
    this.#refuseStop();
    if (left === 0) return;
    const seconds = (withinMs / 1000).toFixed(1);
    throw new Error(`Of the ${compiled + left} programs of a step, ${compiled} were compiled in ${seconds} s.`);
  }

  #refuseStop(): void {
    if (this.probed.signal.aborted) throw new CancelledError("The run was stopped before its first step.");
  }

  async #use<T>(size: Size, use: (trainer: Trainer, batch: Batch) => Promise<T>): Promise<T> {
    const { model, batches } = this.#sized(size);
    const trainer = new Trainer(model, this.#initial, 1, { path: "fast" });
    try {
      return await use(trainer, batches[0] as Batch);
    } finally {
      trainer.dispose();
    }
  }

  /** A batch of each usual length, the most frequent first. */
  #sized({ batchSize, k }: Size): { model: Model; batches: Batch[] } {
    const { experiment, trainCounts } = this.probed;
    const sized = { ...experiment, batchSize, repeat: { ...experiment.repeat, k } };
    const { labels } = this.#device.data;
    const batches = Array.from({ length: labels.length / this.#items }, (_, i) => {
      const items = Int32Array.from({ length: this.#items }, (_, item) => i * this.#items + item);
      return epochBatches(items, labels, batchingOf(sized), 1).next().value as Batch;
    });
    return { model: new Model(this.#network, sized, this.#device, trainCounts), batches };
  }

  dispose(): void {
    this.#device.dispose();
    this.#network.dispose?.();
  }
}

/**
 * Compiles ahead what training and evaluating a model needs, where WebGPU is current. What cannot be compiled is left to
 * the first step, which says what is wrong.
 */
export async function compileTraining(probed: Probed): Promise<void> {
  if (tf.getBackend() !== "webgpu") return;
  let probe: Probe | null = null;
  try {
    probe = new Probe({ ...probed, isWide: true });
    await probe.compile(probe.whole, Infinity, ({ model, params }, { items }) => dryEvaluation(model, params, items));
  } catch (error) {
    console.warn("Not all programs were compiled ahead.", error);
  } finally {
    probe?.dispose();
  }
}
