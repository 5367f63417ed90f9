import { describe, expect, test } from "vitest";
import { overBudget } from "./budget.ts";
import { finishedIn, runsCsv, sweepJson } from "./output.ts";
import { planOf } from "./plan.ts";
import { failedResult, groupsOf, type PointResult } from "./results.ts";
import { parseSweep, type SweepInput } from "./sweep-file.ts";

const sweep = (more: Partial<SweepInput> = {}) =>
  parseSweep({
    version: 1,
    experiment: { version: 1, task: "tabular-classification", data: { train: "a.csv" }, epochs: 2, batchSize: 10 },
    grid: { "repeat.k": [1, 4], "aggregate.pooling.id": ["mean", "max"] },
    seeds: 2,
    baselines: { k1: false, equalCompute: false },
    ...more,
  });
const file = sweep();
const plan = planOf(file);

const finished = (accuracy: number): PointResult => {
  const scores = { loss: 1 - accuracy, accuracy, macroF1: accuracy / 2, expectedCalibrationError: 0.05 };
  return {
    ...failedResult(""),
    status: "finished",
    error: null,
    epochs: 2,
    passes: 800,
    test: scores,
    testPooled: { ...scores, accuracy: accuracy + 0.01 },
    timing: { totalMs: 30_000, msPerStep: 2 },
    sha256: "abc",
  };
};

const results = new Map([
  [0, finished(0.7)],
  [4, finished(0.8)],
  [1, finished(0.6)],
  [2, failedResult("diverged, at last")],
]);

describe("groups", () => {
  const [first, second, third, fourth] = groupsOf(plan, results);

  test("mean and sample deviation over the seeds that have finished", () => {
    expect(first).toMatchObject({ planned: 2, finished: 2, failed: 0 });
    expect(first?.mean["test.accuracy"]).toBeCloseTo(0.75);
    expect(first?.sd["test.accuracy"]).toBeCloseTo(Math.SQRT1_2 / 10);
    expect(first?.mean["testPooled.accuracy"]).toBeCloseTo(0.76);
  });

  test("one seed has no deviation, and what failed or has not come has no figures", () => {
    expect(second).toMatchObject({ finished: 1, mean: { "test.accuracy": 0.6 }, sd: { "test.accuracy": null } });
    expect(third).toMatchObject({ finished: 0, failed: 1, mean: { "test.accuracy": null } });
    expect(fourth).toMatchObject({ planned: 2, finished: 0, failed: 0 });
    expect(first?.mean["validation.accuracy"]).toBeNull();
  });
});

describe("files", () => {
  const json = JSON.stringify(sweepJson(file, plan, results));

  test("sweep.json holds the runs so far and mean and sd in the shape of a run", () => {
    const read = JSON.parse(json);
    expect(read.version).toBe(1);
    expect(read.runs.map((run: { point: number }) => run.point)).toEqual([0, 1, 2, 4]);
    expect(read.runs[0]).toMatchObject({
      set: { "repeat.k": 1, "aggregate.pooling.id": "mean" },
      seed: 1,
      status: "finished",
      test: { accuracy: 0.7 },
      timing: { totalMs: 30_000 },
    });
    expect(read.runs[2]).toMatchObject({ status: "failed", error: "diverged, at last", test: null });
    expect(read.groups[0].mean.test.accuracy).toBeCloseTo(0.75);
    expect(read.groups[1].sd.test.accuracy).toBeNull();
  });

  test("runs.csv has a line for each run and quotes what needs it", () => {
    const [head, ...rows] = runsCsv(plan, results).trimEnd().split("\n");
    expect(head).toMatch(
      /^point,role,repeat\.k,aggregate\.pooling\.id,seed,status,epochsTrained,.*test\.accuracy,.*,error$/,
    );
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(/^1,grid,1,max,1,finished,2,/);
    expect(rows[2]).toMatch(/,"diverged, at last"$/);
  });

  test("what has finished is taken over, what failed is not", () => {
    const again = finishedIn(json, file, plan);
    expect([...again.keys()]).toEqual([0, 1, 4]);
    expect(again.get(4)).toEqual(results.get(4));
  });

  test("another budget is the same sweep, another grid is not, and damage is said", () => {
    const raised = sweep({ budget: { runs: 9 } });
    expect(finishedIn(json, raised, plan).size).toBe(3);
    const other = sweep({ grid: { "repeat.k": [1, 5] } });
    expect(() => finishedIn(json, other, planOf(other))).toThrow("it holds another sweep");
    expect(() => finishedIn(json.slice(0, -9), file, plan)).toThrow("it is no JSON");
    expect(() => finishedIn(json.replace('"finished"', '"done"'), file, plan)).toThrow("runs.0.status");
  });
});

describe("the budget", () => {
  const next = plan.points[3];
  const why = (budget: SweepInput["budget"]) => next && overBudget(next, results, budget ?? {}, 95);

  test("counts runs and time of what was done, failures included", () => {
    expect(why({ runs: 5 })).toBeNull();
    expect(why({ runs: 4 })).toBe("The budget of 4 runs is used up.");
    expect(why({ minutes: 1.6 })).toBeNull();
    expect(why({ minutes: 1.5 })).toBe("The budget of 1.5 minutes is used up.");
  });

  test("does not begin a run that would take more passes than are left", () => {
    // Three of 800 have been; the next takes 2 epochs * 10 batches of 10 * K = 4.
    expect(why({ passes: 3200 })).toBeNull();
    expect(why({ passes: 3199 })).toBe("The next run would go beyond the budget of 3,199 forward passes.");
  });
});
