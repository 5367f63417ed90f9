import type { StepPath } from "../../../src/shared/run-record.ts";
import type { BenchPage } from "./bench-page.ts";
import { atMost, type Goal } from "./goal.ts";
import type { EngineId, Task, WorkloadId } from "./protocol.ts";

/** Steps over which the faster paths are held against the eager one, or as many as eager takes in the time. */
const PATH = { steps: 100, together: 10, budgetMs: 60_000 } as const;
/** Small enough for a hundred eager steps; the heavy models are compared without noise alone. */
const PATH_K: Partial<Record<WorkloadId, number>> = { head: 8, cnn: 1, transformer: 1 };
const EAGER: EngineId = "refrain-webgpu-eager";

/**
 * Engines held against eager, by how: the same to the last bit, or as near as sums in another order come. An engine
 * that took its steps on a path not named here has compared nothing.
 */
const HELD: Partial<Record<EngineId, { exact: boolean; paths: readonly StepPath[] }>> = {
  "refrain-webgpu": { exact: false, paths: ["fused", "captured", "mixed"] },
  "refrain-webgpu-captured": { exact: false, paths: ["captured"] },
  "refrain-webgpu-recorded": { exact: true, paths: ["captured"] },
};
const NEAR = { absolute: 1e-4, relative: 1e-3 } as const;

/** An engine's losses and eager's over the same steps with the same noise. */
export interface PathLosses {
  readonly workload: WorkloadId;
  readonly k: number;
  readonly engine: EngineId;
  /** How it took its steps; null where it failed. */
  readonly path: StepPath | null;
  readonly losses: readonly number[];
  readonly eager: readonly number[];
}

/** Every engine of {@link HELD} against the eager one, where both take part. */
export async function comparePaths(
  page: BenchPage,
  ready: readonly EngineId[],
  workload: WorkloadId,
  tell: (what: string) => void,
): Promise<PathLosses[]> {
  const k = PATH_K[workload];
  const held = ready.filter((engine) => engine in HELD);
  if (k === undefined || held.length === 0 || !ready.includes(EAGER)) return [];
  const task: Task = { workload, k, noisy: true };
  const taken = async (engine: EngineId, most: number, budgetMs: number) => {
    try {
      return await takeSteps(page, engine, task, most, budgetMs);
    } catch (error) {
      tell(`${workload}, K = ${k}, ${engine}: ${(error as Error).message}`);
      return { losses: [], path: null };
    }
  };
  const eager = (await taken(EAGER, PATH.steps, PATH.budgetMs)).losses;
  const paths: PathLosses[] = [];
  for (const engine of held)
    paths.push({ workload, k, engine, eager, ...(await taken(engine, eager.length, Number.POSITIVE_INFINITY)) });
  return paths;
}

/** @param most steps, unless the time is over before */
async function takeSteps(
  page: BenchPage,
  engine: EngineId,
  task: Task,
  most: number,
  budgetMs: number,
): Promise<{ losses: readonly number[]; path: StepPath | null }> {
  await page.ask(engine, { type: "prepare", ...task });
  const losses: number[] = [];
  let path: StepPath | null = null;
  for (let spent = 0; losses.length < most && spent < budgetMs; ) {
    const run = await page.ask(engine, { type: "run", steps: Math.min(PATH.together, most - losses.length) });
    losses.push(...run.losses);
    path = run.way?.path ?? null;
    spent += run.ms;
  }
  return { losses, path };
}

/** Largest difference of a loss: as it is, or in parts of what is allowed there. */
export function pathGoal({ workload, k, engine, path, losses, eager }: PathLosses): Goal {
  const { exact, paths } = HELD[engine] ?? { exact: false, paths: [] };
  const compared = path !== null && paths.includes(path) && eager.length > 0 && losses.length === eager.length;
  const differences = losses.map((loss, i) => {
    const other = eager[i] as number;
    return Math.abs(loss - other) / (exact ? 1 : NEAR.absolute + NEAR.relative * Math.abs(other));
  });
  const value = compared ? Math.max(...differences.map((one) => (Number.isNaN(one) ? Infinity : one))) : null;
  const what = exact
    ? "largest difference"
    : `largest difference, over ${NEAR.absolute} + ${NEAR.relative} of the loss`;
  const how = path === null ? "" : ` (${path})`;
  return atMost(
    `${workload}, K = ${k}: ${engine}${how} against eager, ${eager.length} steps, ${what}`,
    value,
    exact ? 0 : 1,
  );
}
