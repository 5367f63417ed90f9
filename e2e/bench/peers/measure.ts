import type { BenchPage } from "./bench-page.ts";
import { median } from "./median.ts";
import type { EngineId, GpuCounts, Run, WorkloadId } from "./protocol.ts";

/**
 * How long things may take, so that a slow engine has fewer steps rather than the others none. A step that would take
 * longer than `stepMs`, judged by the same engine at a smaller K, is left out, and its row says so.
 */
const BUDGET = { checkMs: 6_000, checkAllMs: 30_000, warmUpMs: 6_000, roundMs: 500, roundsMs: 8_000, stepMs: 10_000 };
/** Steps after which losses are compared. */
export const COMPARED_STEPS = 20;

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
  readonly stepsTimed: number;
  /** Medians of each round that the figures are the median of. */
  readonly roundsMs: readonly number[];
  readonly firstStepMs: number | null;
  readonly problem: string | null;
  /** What the engine found out for the task, in words. */
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
  const trials: Trial[] = [];
  for (const engine of ready) trials.push(await warmUp(page, new Trial(cell.workload, cell.k, engine), cell));
  for (let round = 0; round < cell.rounds; round++)
    for (const trial of trials) {
      const enough = trial.rounds.length > 0 && (trial.rounds.length + 1) * trial.roundMs > BUDGET.roundsMs;
      if (trial.problem !== null || enough) continue;
      await attempt(trial, async () => {
        trial.rounds.push(await page.ask(trial.engine, { type: "run", steps: trial.steps }));
      });
    }
  return trials.map(measuredOf);
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
  const expected = expectedMs(cell, engine);
  if (expected && expected.ms > BUDGET.stepMs) {
    trial.problem = `left out: about ${(expected.ms / 1000).toFixed(0)} s a step, judged by K = ${expected.from.k}`;
    return trial;
  }
  await attempt(trial, async () => {
    if (2 * (expected?.ms ?? 0) < BUDGET.checkMs) {
      await page.ask(engine, { type: "prepare", workload, k, noisy: false });
      await takeClean(page, trial, expected ? BUDGET.checkMs : BUDGET.checkAllMs);
    }
    trial.about = await page.ask(engine, { type: "prepare", workload, k, noisy: true });
    await takeNoisy(page, trial);
  });
  return trial;
}

async function takeClean(page: BenchPage, trial: Trial, budgetMs: number): Promise<void> {
  for (let spent = 0; trial.cleanLosses.length < COMPARED_STEPS; ) {
    const { ms, loss } = await page.ask(trial.engine, { type: "run", steps: 1 });
    trial.firstStepMs ??= ms;
    trial.cleanLosses.push(loss);
    spent += ms;
    if (trial.cleanLosses.length >= 2 && spent > budgetMs) return;
  }
}

async function takeNoisy(page: BenchPage, trial: Trial): Promise<void> {
  const run = (steps: number): Promise<Run> => page.ask(trial.engine, { type: "run", steps });
  const first = await run(1);
  trial.firstStepMs ??= first.ms;
  const second = await run(1);
  let each = second.ms;
  const rest = COMPARED_STEPS - 3;
  if ((rest + 1) * each <= BUDGET.warmUpMs) {
    each = (await run(rest)).ms / rest;
    trial.loss = (await run(1)).loss;
  }
  trial.steps = Math.min(100, Math.max(1, Math.round(BUDGET.roundMs / each)));
  trial.roundMs = trial.steps * each;
  // A step as slow as this is not taken once more just to be timed.
  if (2 * each > BUDGET.roundsMs) trial.rounds.push(second);
}

function measuredOf(trial: Trial): Measured {
  const { workload, k, engine, cleanLosses, loss, firstStepMs, rounds, steps, problem, about } = trial;
  const perStep = (of: (run: Run) => number): number | null =>
    rounds.length === 0 ? null : median(rounds.map((run) => of(run) / steps));
  const last = rounds.at(-1)?.counts;
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
    stepsTimed: rounds.length * steps,
    roundsMs: rounds.map(({ ms }) => ms / steps),
    firstStepMs,
    problem,
    about,
  };
}
