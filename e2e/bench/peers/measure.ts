import type { BenchPage } from "./bench-page.ts";
import { median } from "./median.ts";
import type { EngineId, GpuCounts, Run, StepCounts, WorkloadId } from "./protocol.ts";
import { HEAVY } from "./workloads.ts";

/**
 * How long things may take, so that a slow engine has fewer steps rather than the others none. A step that would take
 * longer than `stepMs`, judged by the same engine at a smaller K, is left out, and its row says so.
 */
const BUDGET = {
  checkMs: 6_000,
  checkAllMs: 30_000,
  warmUpMs: 6_000,
  untimedMs: 6_000,
  roundMs: 500,
  roundsMs: 8_000,
  stepMs: 10_000,
};
/** Few steps of a heavy model are compared, but as many as of any other go untimed, and no round is left out. */
const HEAVY_BUDGET: typeof BUDGET = {
  ...BUDGET,
  checkAllMs: 0,
  untimedMs: Number.POSITIVE_INFINITY,
  roundsMs: Number.POSITIVE_INFINITY,
};
/** Steps after which losses are compared. */
export const COMPARED_STEPS = 20;
/** Steps before any is timed: by then programs are compiled, buffers made and steps recorded. */
const UNTIMED_STEPS = 5;

/** What one engine came to on one workload at one K; null where it did not come so far. */
export interface Measured {
  readonly workload: WorkloadId;
  readonly k: number;
  readonly engine: EngineId;
  /** Losses of the first steps without noise, where every engine must agree. */
  readonly cleanLosses: readonly number[];
  /** With its own noise, at step {@link COMPARED_STEPS}; null where the budget did not reach as far. */
  readonly loss: number | null;
  readonly msPerStep: number | null;
  readonly jsMsPerStep: number | null;
  readonly counts: GpuCounts | null;
  /** Of the counts, those within the calls that take the steps. */
  readonly inCalls: StepCounts | null;
  readonly stepsTimed: number;
  /** Medians of each round that the figures are the median of. */
  readonly roundsMs: readonly number[];
  readonly firstStepMs: number | null;
  readonly problem: string | null;
  /** What the engine found out for the task and how it took its steps, in words. */
  readonly about: string | null;
}

/** What is trained, and how often it is timed. */
export interface Cell {
  readonly workload: WorkloadId;
  readonly k: number;
  readonly rounds: number;
  /** The same workload's rows at smaller K. */
  readonly earlier: readonly Measured[];
}

/**
 * Trains one workload at one K with every engine: without noise and then with it, each by itself; then timed, round by
 * round, one engine after another in every round.
 * @param ready engines that started
 */
export async function measureCell(page: BenchPage, ready: readonly EngineId[], cell: Cell): Promise<Measured[]> {
  const { roundsMs } = budgetOf(cell);
  const trials: Trial[] = [];
  for (const engine of ready) trials.push(await warmUp(page, new Trial(cell.workload, cell.k, engine), cell));
  for (let round = 0; round < cell.rounds; round++)
    for (const trial of trials) {
      const enough = trial.rounds.length > 0 && (trial.rounds.length + 1) * trial.roundMs > roundsMs;
      if (trial.problem !== null || enough) continue;
      await attempt(trial, async () => {
        trial.rounds.push(await run(page, trial, trial.steps));
      });
    }
  return trials.map(measuredOf);
}

const budgetOf = ({ workload }: Cell): typeof BUDGET => (HEAVY[workload] ? HEAVY_BUDGET : BUDGET);

/** Takes steps, and notes how the engine took them. */
async function run(page: BenchPage, trial: Trial, steps: number): Promise<Run> {
  const done = await page.ask(trial.engine, { type: "run", steps });
  trial.way = done.way;
  return done;
}

/** Milliseconds that a step should take, from the largest K that the engine was timed at; null without any. */
function expectedMs({ earlier, k }: Cell, engine: EngineId): { ms: number; from: Measured } | null {
  const from = earlier.findLast((row) => row.engine === engine && row.msPerStep !== null);
  return from ? { ms: ((from.msPerStep as number) * k) / from.k, from } : null;
}

/** The row of an engine that could not be started. */
export const notStarted = (workload: WorkloadId, k: number, engine: EngineId, problem: string): Measured =>
  measuredOf(Object.assign(new Trial(workload, k, engine), { problem }));

class Trial {
  readonly cleanLosses: number[] = [];
  readonly rounds: Run[] = [];
  loss: number | null = null;
  firstStepMs: number | null = null;
  /** Steps of a round. */
  steps = 1;
  roundMs = 0;
  problem: string | null = null;
  about: string | null = null;
  way: Run["way"] = null;

  constructor(
    readonly workload: WorkloadId,
    readonly k: number,
    readonly engine: EngineId,
  ) {}
}

async function attempt(trial: Trial, what: () => Promise<void>): Promise<void> {
  try {
    await what();
  } catch (error) {
    trial.problem = error instanceof Error ? error.message : String(error);
  }
}

async function warmUp(page: BenchPage, trial: Trial, cell: Cell): Promise<Trial> {
  const { workload, k, engine } = trial;
  const budget = budgetOf(cell);
  const expected = expectedMs(cell, engine);
  if (expected && expected.ms > budget.stepMs) {
    trial.problem = `left out: about ${(expected.ms / 1000).toFixed(0)} s a step, judged by K = ${expected.from.k}`;
    return trial;
  }
  await attempt(trial, async () => {
    if (2 * (expected?.ms ?? 0) < budget.checkMs) {
      await page.ask(engine, { type: "prepare", workload, k, noisy: false });
      await takeClean(page, trial, expected ? budget.checkMs : budget.checkAllMs);
    }
    trial.about = await page.ask(engine, { type: "prepare", workload, k, noisy: true });
    await takeNoisy(page, trial, budget);
  });
  return trial;
}

async function takeClean(page: BenchPage, trial: Trial, budgetMs: number): Promise<void> {
  for (let spent = 0; trial.cleanLosses.length < COMPARED_STEPS; ) {
    const { ms, losses } = await run(page, trial, 1);
    trial.firstStepMs ??= ms;
    trial.cleanLosses.push(...losses);
    spent += ms;
    if (trial.cleanLosses.length >= 2 && spent > budgetMs) return;
  }
}

async function takeNoisy(page: BenchPage, trial: Trial, budget: typeof BUDGET): Promise<void> {
  const first = await run(page, trial, 1);
  trial.firstStepMs ??= first.ms;
  const second = await run(page, trial, 1);
  let each = second.ms;
  const [toCompare, toTime] = [COMPARED_STEPS - 3, UNTIMED_STEPS - 2];
  if ((toCompare + 1) * each <= budget.warmUpMs) {
    each = (await run(page, trial, toCompare)).ms / toCompare;
    trial.loss = (await run(page, trial, 1)).losses.at(-1) ?? null;
  } else if (toTime * each <= budget.untimedMs) each = (await run(page, trial, toTime)).ms / toTime;
  trial.steps = Math.min(100, Math.max(1, Math.round(budget.roundMs / each)));
  trial.roundMs = trial.steps * each;
  // A step as slow as this is not taken once more just to be timed.
  if (2 * each > budget.roundsMs) trial.rounds.push(second);
}

function measuredOf(trial: Trial): Measured {
  const { workload, k, engine, cleanLosses, loss, firstStepMs, rounds, steps, problem } = trial;
  const perStep = (of: (run: Run) => number): number | null =>
    rounds.length === 0 ? null : median(rounds.map((run) => of(run) / steps));
  const last = rounds.at(-1)?.counts;
  const inCalls = rounds.at(-1)?.inCalls;
  return {
    workload,
    k,
    engine,
    cleanLosses,
    loss,
    msPerStep: perStep(({ ms }) => ms),
    jsMsPerStep: perStep(({ jsMs }) => jsMs),
    counts: last
      ? {
          dispatches: last.dispatches / steps,
          submits: last.submits / steps,
          bufferCreations: last.bufferCreations / steps,
          uploadBytes: last.uploadBytes / steps,
          readbacks: last.readbacks / steps,
          peakDeviceBytes: last.peakDeviceBytes,
        }
      : null,
    inCalls: inCalls
      ? {
          dispatches: inCalls.dispatches / steps,
          submits: inCalls.submits / steps,
          uploadBytes: inCalls.uploadBytes / steps,
        }
      : null,
    stepsTimed: rounds.length * steps,
    roundsMs: rounds.map(({ ms }) => ms / steps),
    firstStepMs,
    problem,
    about: aboutOf(trial),
  };
}

function aboutOf({ about, way }: Trial): string | null {
  const parts = [about, way && `${way.path}: ${way.reason}`].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join("; ");
}
