import type { ExperimentFile } from "../../../shared/experiment.ts";
import { plannedPasses, planOf, type SweepPlan } from "../../../shared/sweep/plan.ts";
import { failedResult, type Group, groupsOf, type PointResult, type Results } from "../../../shared/sweep/results.ts";
import { parseSweep, type SweepFile, type SweepInput } from "../../../shared/sweep/sweep-file.ts";

export const FLOWERS: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "flowers.csv", label: "flower" },
  repeat: { noises: [{ id: "gaussian", site: "input", stdDev: 0.2 }] },
  epochs: 10,
};

export interface Swept {
  file: SweepFile;
  plan: SweepPlan;
  results: Results;
  groups: Group[];
}

/** A finished point with this validation accuracy, and a test accuracy of 5 points less. */
export function scored(plan: SweepPlan, point: number, accuracy: number): PointResult {
  const passes = plannedPasses((plan.points[point] as SweepPlan["points"][number]).experiment, 96);
  const validation = { accuracy, macroF1: accuracy - 0.01, loss: 1 - accuracy };
  const test = {
    accuracy: accuracy - 0.05,
    macroF1: accuracy - 0.06,
    loss: 1.05 - accuracy,
    expectedCalibrationError: 0.04,
  };
  return {
    ...failedResult(""),
    status: "finished",
    error: null,
    epochs: 10,
    passes,
    validation,
    test,
    testPooled: test,
    timing: { totalMs: passes / 2, msPerStep: 3 },
    backend: "cpu",
    sha256: "abc",
  };
}

/** A sweep over K and f of which the first points have ended, with these accuracies; null: it failed. */
export function swept(accuracies: readonly (number | null)[], more: Partial<SweepInput> = {}): Swept {
  const grid = { "repeat.k": [1, 4], "aggregate.pooling.id": ["mean", "max"] };
  const file = parseSweep({ version: 1, experiment: FLOWERS, grid, seeds: 2, ...more });
  const plan = planOf(file);
  const results = new Map(
    accuracies.map((accuracy, i) => [i, accuracy === null ? failedResult("diverged") : scored(plan, i, accuracy)]),
  );
  return { file, plan, results, groups: groupsOf(plan, results) };
}
