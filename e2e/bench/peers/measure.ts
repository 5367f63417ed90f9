import type { BenchPage } from "./bench-page.ts";
import { median } from "./median.ts";
import type { EngineId, GpuCounts, Run, WorkloadId } from "./protocol.ts";

/** How long things may take, so that a slow engine has fewer steps rather than the others none. */
const BUDGET = { checkMs: 6_000, warmUpMs: 6_000, roundMs: 500, roundsMs: 5_000 } as const;
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
}

/**
 * Trains one workload at one K with every engine: without noise and then with it, each by itself; then timed, round by
 * round, one engine after another in every round.
 * @param ready engines that started
 * @param allSteps compares all steps however long they take
 */
export async function measureCell(
  page: BenchPage,
  ready: readonly EngineId[],
  { workload, k, rounds, allSteps }: { workload: WorkloadId; k: number; rounds: number; allSteps: boolean },
): Promise<Measured[]> {
  const trials: Trial[] = [];
  for (const engine of ready) trials.push(await warmUp(page, new Trial(workload, k, engine), allSteps));
  for (let round = 0; round < rounds; round++)
    for (const trial of trials) {
      if (trial.problem !== null || trial.rounds.length * trial.roundMs > BUDGET.roundsMs) continue;
      await attempt(trial, async () => {
        trial.rounds.push(await page.ask(trial.engine, { type: "run", steps: trial.steps }));
      });
    }
  return trials.map(measuredOf);
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

async function warmUp(page: BenchPage, trial: Trial, allSteps: boolean): Promise<Trial> {
  const { workload, k, engine, cleanLosses } = trial;
  const run = (steps: number): Promise<Run> => page.ask(engine, { type: "run", steps });
  await attempt(trial, async () => {
    await page.ask(engine, { type: "prepare", workload, k, noisy: false });
    for (let spent = 0; cleanLosses.length < COMPARED_STEPS; ) {
      const { ms, loss } = await run(1);
      trial.firstStepMs ??= ms;
      cleanLosses.push(loss);
      spent += ms;
      if (!allSteps && cleanLosses.length >= 2 && spent > BUDGET.checkMs) break;
    }
    await page.ask(engine, { type: "prepare", workload, k, noisy: true });
    await run(1);
    const { ms } = await run(1);
    let each = ms;
    if ((COMPARED_STEPS - 2) * ms <= BUDGET.warmUpMs) {
      each = (await run(COMPARED_STEPS - 3)).ms / (COMPARED_STEPS - 3);
      trial.loss = (await run(1)).loss;
    }
    trial.steps = Math.min(100, Math.max(1, Math.round(BUDGET.roundMs / each)));
    trial.roundMs = trial.steps * each;
  });
  return trial;
}

function measuredOf({ workload, k, engine, cleanLosses, loss, firstStepMs, rounds, steps, problem }: Trial): Measured {
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
  };
}
