import type { Experiment } from "../../shared/experiment.ts";
import type { BackendFigure, BackendReport } from "../../shared/run-record.ts";
import type { BackendName } from "../../shared/task.ts";
import { CancelledError } from "../errors.ts";
import { compileAhead } from "../kernels/compile-ahead.ts";
import { makeCurrent } from "../tf.ts";
import { type Batch, batchingOf, epochBatches } from "../train/batches.ts";
import { DeviceData } from "../train/device-data.ts";
import { refuseWhatCannotFit } from "../train/fit.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { timeSteps } from "../train/timing.ts";
import { Trainer } from "../train/trainer.ts";
import { fastestOf } from "./choose-backend.ts";
import { type DataShape, syntheticData } from "./synthetic-data.ts";

/**
 * The backends that the adapter does not suggest share this time: a second, or 3% of what the run would take on the one
 * that it does suggest, where that is longer. Only what cannot be interrupted, like one small step, goes beyond it.
 */
const OTHERS_MS = { least: 1000, most: 5000, shareOfRun: 0.03 } as const;
/** Time for the suggested one, not counting compilation, which the run would need anyway. */
const SUGGESTED_MS = 500;
/** A backend is dropped once it must be this many times slower than the best so far. */
const HOPELESS = 2;
/** A first step that takes this long, and far longer than the best backend, is not repeated to be measured well. */
const SLOW_MS = 100;
/** Steps are taken until they have lasted this long, at most so many of them, twice; the faster round counts. */
const ROUND_MS = 60;
const ROUND_STEPS = 10;
/** Steps that timing takes at least: one to warm up and one a round, and one in reserve. */
const TRIES = 4;

/** What is to be trained, and what is known of the backends. */
export interface Calibration {
  readonly experiment: Experiment;
  readonly shape: DataShape;
  readonly trainCounts: readonly number[] | null;
  /** Steps of the whole run. */
  readonly steps: number;
  /** In the order of trying; the first is the one that the adapter suggests. */
  readonly candidates: readonly BackendName[];
  readonly signal: AbortSignal;
}

/**
 * Times real steps of the experiment's model on random data on every candidate. Small steps come first: a backend is
 * left at those when a whole step could not be among the fastest, or would take too long. Leaves any backend current
 * and no tensors behind.
 * @throws CancelledError between steps
 */
export async function calibrate(calibration: Calibration): Promise<BackendFigure[]> {
  const { candidates, steps } = calibration;
  const figures: BackendFigure[] = [];
  const add = async (name: BackendName, time: Time) =>
    figures.push({ name, ...(await figureOf(name, calibration, fastestOf(figures), time)) } as BackendFigure);
  const [suggested, ...others] = candidates;
  if (suggested) await add(suggested, { compileMs: Infinity, totalMs: SUGGESTED_MS });
  const run = steps * Math.min(fastestOf(figures), OTHERS_MS.most);
  let left = Math.min(OTHERS_MS.most, Math.max(OTHERS_MS.least, OTHERS_MS.shareOfRun * run));
  for (const [i, name] of others.entries()) {
    const started = performance.now();
    const share = Math.max(0, left) / (others.length - i);
    await add(name, { compileMs: share, totalMs: share });
    left -= performance.now() - started;
  }
  return figures;
}

/** How long a backend may compile, and how long it may take in all but compilation. */
interface Time {
  readonly compileMs: number;
  readonly totalMs: number;
}

/** Makes the backend current that is best for a model, and says which and why. */
export type SettleBackend = (
  experiment: Experiment,
  shape: DataShape,
  trainCounts: readonly number[],
  steps: number,
  signal: AbortSignal,
) => Promise<BackendReport>;

/** All that decides how long a step takes, and roughly how many there are, which decides how well it is measured. */
export function stepKey(experiment: Experiment, { input, views, numClasses }: DataShape, steps: number): string {
  const { data: _, epochs: __, seed: ___, inference: ____, earlyStopping: _____, ...deciding } = experiment;
  return JSON.stringify([deciding, input, views, numClasses, Math.floor(Math.log2(steps) / 2)]);
}

type Finding = BackendFigure extends infer F ? (F extends unknown ? Omit<F, "name"> : never) : never;

async function figureOf(name: BackendName, calibration: Calibration, best: number, time: Time): Promise<Finding> {
  if (time.totalMs <= 0) return { kind: "failed", why: "Not tried: measuring the others took all the time." };
  let probe: Probe | null = null;
  try {
    await makeCurrent(name);
    probe = new Probe(calibration);
    await probe.compile(time.compileMs);
    return await climb(probe, best, time.totalMs);
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return { kind: "failed", why: plainly(error) };
  } finally {
    probe?.dispose();
  }
}

/** Times ever larger steps until the whole one is timed or need not be. */
async function climb(probe: Probe, best: number, budget: number): Promise<Finding> {
  const ofRows = probe.rowsOf(probe.whole);
  let before: { rows: number; msPerStep: number } | null = null;
  let size = probe.smallest;
  let started = 0;
  for (;;) {
    const rows = probe.rowsOf(size);
    const msPerStep = await probe.time(size, 2 * HOPELESS * best);
    // Programs of WebGL are compiled in its first step.
    started ||= performance.now();
    if (rows === ofRows) return { kind: "measured", msPerStep };
    const bound = { msPerStep, rows, ofRows };
    if (msPerStep > HOPELESS * best) return { kind: "at-least", ...bound };
    const left = budget - (performance.now() - started);
    const next = probe.largestWithin((rows * left) / (TRIES * msPerStep));
    const isLast = probe.rowsOf(next) < 2 * rows;
    const expected = before && extrapolate(before, bound);
    if (expected !== null && (isLast || expected > HOPELESS * best))
      return { ...bound, kind: "extrapolated", msPerStep: expected };
    // A single small step says nothing of a whole one, but where there is nothing better.
    if (isLast && best < Infinity) return { kind: "at-least", ...bound };
    if (isLast) return { ...bound, kind: "extrapolated", msPerStep: (msPerStep * ofRows) / rows };
    before = { rows, msPerStep };
    size = next;
  }
}

/** The line through two sizes, at the whole step; it neither falls nor is steeper than in proportion to the rows. */
function extrapolate(
  before: { rows: number; msPerStep: number },
  { rows, msPerStep, ofRows }: { rows: number; msPerStep: number; ofRows: number },
): number {
  const slope = Math.max(0, (msPerStep - before.msPerStep) / (rows - before.rows));
  return Math.min((msPerStep * ofRows) / rows, msPerStep + slope * (ofRows - rows));
}

/** How large a step is: samples of a batch, and repeats of each. */
type Size = Pick<Experiment, "batchSize"> & { readonly k: number };

/** A model on random data on the current backend, to take steps of any size with. */
class Probe {
  readonly whole: Size;
  readonly smallest: Size;
  readonly #network;
  readonly #initial;
  readonly #device: DeviceData;
  #isCompiled = false;

  constructor(readonly calibration: Calibration) {
    const { experiment, shape } = calibration;
    const { batchSize, repeat } = experiment;
    this.whole = { batchSize, k: repeat.k };
    this.smallest = { batchSize: Math.min(batchSize, repeat.groupSize), k: 1 };
    this.#network = buildNetwork(experiment, shape.input, shape.numClasses);
    refuseWhatCannotFit(experiment, this.#network);
    this.#initial = this.#network.init(experiment.seed);
    const items = Math.max(batchSize, repeat.groupSize);
    this.#device = new DeviceData(syntheticData(shape, items, repeat.groupSize));
  }

  /** Rows that go through the network above the repeat point. */
  rowsOf({ batchSize, k }: Size): number {
    const { groupSize } = this.calibration.experiment.repeat;
    return Math.max(1, Math.floor(batchSize / groupSize)) * groupSize * k;
  }

  /** The largest step of at most so many rows: more samples first, then more repeats. */
  largestWithin(rows: number): Size {
    const { batchSize, k } = this.whole;
    const { groupSize } = this.calibration.experiment.repeat;
    const samples = Math.max(groupSize, Math.min(batchSize, Math.floor(rows)));
    return { batchSize: samples, k: Math.max(1, Math.min(k, Math.floor(rows / samples))) };
  }

  /** Compiles what the smallest and the whole step need, ahead of both. @throws Error where that takes too long */
  async compile(withinMs: number): Promise<void> {
    const { compiled, left } = await compileAhead(() => {
      for (const size of [this.smallest, this.whole])
        this.#use(size, (trainer, batch) => trainer.step(batch).dispose());
    }, withinMs);
    this.#refuseStop();
    this.#isCompiled = compiled > 0;
    if (left === 0) return;
    const seconds = (withinMs / 1000).toFixed(1);
    throw new Error(`Of the ${compiled + left} programs of a step, ${compiled} were compiled in ${seconds} s.`);
  }

  #refuseStop(): void {
    if (this.calibration.signal.aborted) throw new CancelledError("The run was stopped before its first step.");
  }

  /** Milliseconds a step of a size. Where the very first, compiled ahead, takes longer than `enough`, its time will do. */
  time(size: Size, enough: number): Promise<number> {
    return this.#use(size, async (trainer, batch) => {
      const timed = async (count: number) => {
        this.#refuseStop();
        return timeSteps(trainer, batch, count);
      };
      const first = await timed(1);
      if (this.#isCompiled && first > Math.max(SLOW_MS, enough)) return first;
      const once = await timed(1);
      const count = Math.max(1, Math.min(ROUND_STEPS, Math.floor(ROUND_MS / once)));
      return count === 1 ? Math.min(once, await timed(1)) : Math.min(await timed(count), await timed(count));
    });
  }

  #use<T>({ batchSize, k }: Size, use: (trainer: Trainer, batch: Batch) => T): T {
    const { experiment, trainCounts } = this.calibration;
    const sized = { ...experiment, batchSize, repeat: { ...experiment.repeat, k } };
    const model = new Model(this.#network, sized, this.#device, trainCounts);
    const trainer = new Trainer(model, this.#initial, 1);
    const { labels } = this.#device.data;
    const items = Int32Array.from(labels, (_, item) => item);
    const { value: batch } = epochBatches(items, labels, batchingOf(sized), 1).next();
    const dispose = () => trainer.dispose();
    let result: T;
    try {
      result = use(trainer, batch as Batch);
    } catch (error) {
      dispose();
      throw error;
    }
    if (result instanceof Promise) return result.finally(dispose) as T;
    dispose();
    return result;
  }

  dispose(): void {
    this.#device.dispose();
  }
}

/** Why a backend could not take a step, in words for people. */
function plainly(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const missing = /Kernel '(\w+)' not registered/.exec(message)?.[1];
  return missing ? `It has no operation ${missing}, which this model's step needs.` : message;
}
