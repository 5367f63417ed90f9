import type { Experiment } from "../../shared/experiment.ts";
import type { BackendFigure, BackendReport } from "../../shared/run-record.ts";
import type { BackendName } from "../../shared/task.ts";
import { CancelledError } from "../errors.ts";
import { makeCurrent } from "../tf.ts";
import { chooseBackend, fastestOf } from "./choose-backend.ts";
import { Probe, type Probed } from "./probe.ts";
import { type DataShape, lengthsOf } from "./synthetic-data.ts";

/**
 * The backends that the adapter does not suggest share this time: a second, or 3% of what the run would take on the one
 * that it does suggest, where that is longer. Only what cannot be interrupted, like one small step, goes beyond it.
 */
const OTHERS_MS = { least: 1000, most: 5000, shareOfRun: 0.03 } as const;
/** Time for the suggested one, not counting compilation, which the run would need anyway. */
const SUGGESTED_MS = 500;
/** A step that should take longer than this is not taken only to confirm a figure. */
const CONFIRMED_MS = 2000;
/** A backend is dropped once it must be this many times slower than the best so far. */
const HOPELESS = 2;
/** Steps that a size may take to be affordable: one to warm up, one that counts, and one in reserve. */
const TRIES = 3;
/** Steps cost much less than in proportion to their rows as long as they are small: by this factor, it is assumed. */
const NEARLY = 4;
/** The second size is at least this many times the first on the backend that is measured first, however slow it is. */
const SECOND = 16;

/** What is to be measured, and where. */
export interface Calibration extends Probed {
  /** Steps of the whole run. */
  readonly steps: number;
  /** In the order of trying; the first is the one that the adapter suggests. */
  readonly candidates: readonly BackendName[];
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
  if (fastestOf(figures) === Infinity && !candidates.includes("cpu"))
    await add("cpu", { compileMs: Infinity, totalMs: SUGGESTED_MS });
  return confirmed(figures, suggested ?? "cpu", (name) => wholeStep(name, calibration));
}

/**
 * A figure out of small steps can be far too good, so that it decides nothing unseen: whoever would be chosen by one has
 * a whole step timed, until the choice rests on a step that was taken. Not where that would take too long, nor where
 * there is no rival.
 */
export async function confirmed(
  figures: readonly BackendFigure[],
  suggested: BackendName,
  whole: (name: BackendName) => Promise<Finding>,
): Promise<BackendFigure[]> {
  const seen = [...figures];
  for (;;) {
    const timed = seen.filter(({ kind }) => kind === "measured" || kind === "extrapolated");
    const chosen = seen.find(({ name }) => name === chooseBackend(seen, suggested));
    if (chosen?.kind !== "extrapolated" || timed.length < 2 || chosen.msPerStep > CONFIRMED_MS) return seen;
    seen[seen.indexOf(chosen)] = { name: chosen.name, ...(await whole(chosen.name)) } as BackendFigure;
  }
}

/** How long a backend may compile, and how long it may take in all but compilation. */
interface Time {
  readonly compileMs: number;
  readonly totalMs: number;
}

/**
 * Makes the backend current that is best for a model, and says which and why.
 * @param on in place of the best: where a run was begun that is gone on with
 */
export type SettleBackend = (
  experiment: Experiment,
  shape: DataShape,
  trainCounts: readonly number[],
  steps: number,
  signal: AbortSignal,
  on?: BackendName,
) => Promise<BackendReport>;

/** All that decides how long a step takes, and roughly how many there are, which decides how well it is measured. */
export function stepKey(experiment: Experiment, shape: DataShape, steps: number): string {
  const { input, views, numClasses } = shape;
  const { backbone, tuning, head, repeat, aggregate, objective, consistency, optimizer, clipNorm, batchSize } =
    experiment;
  const model = [backbone, tuning, head, aggregate, objective, consistency, optimizer.id, clipNorm !== null];
  const reads = { ...input, tuned: input.tuned?.identity, tokens: lengthsOf(shape, experiment)[0] };
  return JSON.stringify([model, repeat, batchSize, reads, views, numClasses, Math.floor(Math.log2(steps) / 2)]);
}

type Finding = BackendFigure extends infer F ? (F extends unknown ? Omit<F, "name"> : never) : never;

async function figureOf(name: BackendName, calibration: Calibration, best: number, time: Time): Promise<Finding> {
  if (time.totalMs <= 0) return { kind: "failed", why: "Not tried: measuring the others took all the time." };
  return onProbe(name, calibration, (probe) => climb(probe, best, time));
}

/** A whole step's time. */
const wholeStep = (name: BackendName, calibration: Calibration): Promise<Finding> =>
  onProbe(name, calibration, async (probe) => ({
    kind: "measured",
    msPerStep: await probe.time(probe.whole, Infinity),
  }));

async function onProbe(
  name: BackendName,
  calibration: Calibration,
  find: (probe: Probe) => Promise<Finding>,
): Promise<Finding> {
  let probe: Probe | null = null;
  try {
    await makeCurrent(name);
    probe = new Probe(calibration);
    return await find(probe);
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return { kind: "failed", why: plainly(error) };
  } finally {
    probe?.dispose();
  }
}

/** Times ever larger steps until the whole one is timed or need not be. */
async function climb(probe: Probe, best: number, { compileMs, totalMs }: Time): Promise<Finding> {
  const ofRows = probe.rowsOf(probe.whole);
  let before: { rows: number; msPerStep: number } | null = null;
  let size = probe.smallest;
  let started = 0;
  for (;;) {
    const rows = probe.rowsOf(size);
    const msPerStep = await probe.time(size, compileMs);
    // The clock starts once there are programs; WebGL compiles them in its first step.
    started ||= performance.now();
    if (rows === ofRows) return { kind: "measured", msPerStep };
    const bound = { msPerStep, rows, ofRows };
    if (msPerStep > HOPELESS * best) return { kind: "at-least", ...bound };
    const left = totalMs - (performance.now() - started);
    const inProportion = (rows * left) / (TRIES * msPerStep);
    // A size in between costs a compilation of its own, so a whole step that nearly fits is taken at once.
    const affordable = NEARLY * inProportion >= ofRows && left > 0 ? ofRows : inProportion;
    // Where nothing is known yet there must be two sizes: a small step alone says nothing of a whole one.
    const next = probe.largestWithin(before || best < Infinity ? affordable : Math.max(affordable, SECOND * rows));
    const isLast = probe.rowsOf(next) < Math.min(2 * rows, ofRows);
    const expected = before && extrapolate(before, bound);
    if (expected !== null && (isLast || expected > HOPELESS * best))
      return { ...bound, kind: "extrapolated", msPerStep: expected };
    if (isLast) return { kind: "at-least", ...bound };
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

/** Why a backend could not take a step, in words for people. */
function plainly(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const missing = /Kernel '(\w+)' not registered/.exec(message)?.[1];
  return missing ? `It has no operation ${missing}, which this model's step needs.` : message;
}
