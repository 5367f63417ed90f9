import { describe, expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../experiment.ts";
import { plannedPasses, planOf } from "./plan.ts";
import { parseSweep, type SweepInput } from "./sweep-file.ts";

const experiment: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "flowers.csv", label: "flower" },
  repeat: { k: 3, noises: [{ id: "gaussian", site: "input", stdDev: 0.2 }] },
  epochs: 10,
};
const plan = (sweep: Partial<SweepInput>) => planOf(parseSweep({ version: 1, experiment, ...sweep }));
const brief = (sweep: Partial<SweepInput>) =>
  plan(sweep).points.map(({ role, seed, experiment: { repeat, aggregate, epochs } }) =>
    [role, repeat.k, aggregate.pooling.id, epochs, seed].join(" "),
  );
const faults = (sweep: Partial<SweepInput>): string => {
  try {
    plan(sweep);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

const GRID = { "repeat.k": [1, 4, 7], "aggregate.pooling.id": ["mean", "max"] };

describe("the order of a plan", () => {
  test("every configuration has its first seed before any has its second; K = 1 is in the grid already", () => {
    const round = (seed: number) =>
      [
        "grid 1 mean 10",
        "grid 1 max 10",
        "grid 4 mean 10",
        "equal-compute 1 mean 40",
        "grid 4 max 10",
        "grid 7 mean 10",
        "equal-compute 1 mean 70",
        "grid 7 max 10",
      ].map((point) => `${point} ${seed}`);
    expect(brief({ grid: GRID, seeds: 3 })).toEqual([1, 2, 3].flatMap(round));
  });

  test("a K = 1 baseline serves every f and comes first", () => {
    expect(brief({ grid: { "repeat.k": [4], "aggregate.pooling.id": ["max", "median"] } })).toEqual([
      "baseline-k1 1 mean 10 1",
      "grid 4 max 10 1",
      "equal-compute 1 mean 40 1",
      "grid 4 median 10 1",
    ]);
  });

  test("a baseline that the grid holds is not run twice, also one with equal compute", () => {
    const points = plan({ grid: { "repeat.k": [1, 2], epochs: [5, 10] } });
    expect(points.configurations.map(({ set, role }) => [role, set["repeat.k"], set.epochs])).toEqual([
      ["grid", 1, 5],
      ["grid", 1, 10],
      ["grid", 2, 5],
      ["grid", 2, 10],
      ["equal-compute", 1, 20],
    ]);
    expect(points.configurations[2]).toMatchObject({ k1: 0, equalCompute: 1 });
    expect(points.configurations[3]).toMatchObject({ k1: 1, equalCompute: 4 });
  });

  test("values that come to the same experiment are one point", () => {
    expect(brief({ grid: { "repeat.k": [1, 1] } })).toEqual(["grid 1 mean 10 1"]);
  });

  test("baselines can be taken out, each by itself", () => {
    const grid = { "repeat.k": [4] };
    expect(brief({ grid, baselines: { k1: false } })).toEqual(["grid 4 mean 10 1", "equal-compute 1 mean 40 1"]);
    expect(brief({ grid, baselines: { equalCompute: false } })).toEqual([
      "baseline-k1 1 mean 10 1",
      "grid 4 mean 10 1",
    ]);
    expect(brief({ grid, baselines: { k1: false, equalCompute: false } })).toEqual(["grid 4 mean 10 1"]);
  });

  test("an empty grid is the run itself, over the seeds from the experiment's on, without baselines", () => {
    const { points } = plan({ experiment: { ...experiment, seed: 5 }, seeds: 3 });
    expect(points.map((point) => point.seed)).toEqual([5, 6, 7]);
    expect(points[0]?.experiment).toEqual(parseExperiment({ ...experiment, seed: 5 }));
    expect(points[2]?.experiment).toEqual(parseExperiment({ ...experiment, seed: 7 }));
    expect(plan({ baselines: {} }).points).toHaveLength(3);
  });
});

describe("what all points have in common", () => {
  test("K' is the largest K, so that pooled figures differ by training alone, and f' follows f", () => {
    const { points } = plan({ grid: GRID });
    expect(new Set(points.map((point) => point.experiment.inference.k))).toEqual(new Set([7]));
    for (const { experiment: of } of points) expect(of.inference.pooling.id).toBe(of.aggregate.pooling.id);
  });

  test("a complete file is no different from a short one", () => {
    const complete = parseExperiment(experiment) as ExperimentFile;
    expect(plan({ experiment: complete, grid: GRID })).toEqual(plan({ grid: GRID }));
  });

  test("what the experiment says of inference stays", () => {
    const said = { ...experiment, inference: { k: 2, pooling: { id: "median" as const } } };
    for (const point of plan({ experiment: said, grid: GRID }).points)
      expect(point.experiment.inference).toEqual({ k: 2, pooling: { id: "median" } });
  });

  test("one bank of views serves all, as large as the largest K asks for", () => {
    const views = (sweep: Partial<SweepInput>) => new Set(plan(sweep).points.map((p) => p.experiment.repeat.views));
    expect(views({ grid: { "repeat.k": [1, 40] } })).toEqual(new Set([40]));
    expect(views({ grid: { "repeat.k": [1, 4] } })).toEqual(new Set([16]));
    expect(views({ grid: { "inference.k": [1, 64], "repeat.k": [2] } })).toEqual(new Set([64]));
    expect(views({ grid: { "repeat.views": [8, 32] } })).toEqual(new Set([8, 32]));
  });
});

describe("what a point is made of", () => {
  test("a new id brings its own parameters, and a noise keeps its site", () => {
    const base = { ...experiment, aggregate: { pooling: { id: "log-mean-exp" as const, t: 7 } } };
    const of = (grid: NonNullable<SweepInput["grid"]>) =>
      plan({ experiment: base, grid, baselines: { k1: false, equalCompute: false } }).points.map((p) => p.experiment);
    expect(of({ "aggregate.pooling.id": ["log-mean-exp", "max"] }).map((e) => e.aggregate.pooling)).toEqual([
      { id: "log-mean-exp", t: 7 },
      { id: "max" },
    ]);
    const [dropped] = of({ "repeat.noises.0.probability": [0.3], "repeat.noises.0.id": ["feature-drop"] });
    expect(dropped?.repeat.noises).toMatchObject([{ id: "feature-drop", site: "input", probability: 0.3 }]);
  });

  test("groups of samples keep a K = 1 baseline for each f, since f pools their members", () => {
    const grouped = { ...experiment, repeat: { ...experiment.repeat, groupSize: 3 } };
    expect(brief({ experiment: grouped, grid: { "aggregate.pooling.id": ["mean", "max"] } }).slice(0, 2)).toEqual([
      "baseline-k1 1 mean 10 1",
      "baseline-k1 1 max 10 1",
    ]);
  });

  test("equal compute may be as patient", () => {
    const patient = { ...experiment, earlyStopping: { patience: 4 } };
    const [, , equal] = plan({ experiment: patient, grid: { "repeat.k": [5] } }).points;
    expect(equal?.experiment).toMatchObject({ epochs: 50, earlyStopping: { patience: 20 }, repeat: { k: 1 } });
  });

  test("passes: a K with its equal compute costs the same", () => {
    const { points } = plan({ grid: { "repeat.k": [4] } });
    expect(points.map((point) => point.passesPerItem)).toEqual([10, 40, 40]);
    expect(points.map((point) => plannedPasses(point.experiment, 33))).toEqual([640, 2560, 2560]);
  });
});

describe("what makes no sense is named before anything trains", () => {
  test("every bad point with its path, value and bounds", () => {
    const said = faults({ grid: { "repeat.k": [4, 99, 0.5], "aggregate.pooling.id": ["mean", "sum"] } }).split("\n");
    expect(
      said.some((line) => /^repeat\.k = 99, aggregate\.pooling\.id = mean: repeat\.k: .*64.*given: 99/.test(line)),
    ).toBe(true);
    for (const point of ["repeat.k = 99, aggregate.pooling.id = sum", "repeat.k = 0.5, aggregate.pooling.id = mean"])
      expect(said.some((line) => line.startsWith(point))).toBe(true);
    expect(said.some((line) => line.startsWith("repeat.k = 4, aggregate.pooling.id = mean"))).toBe(false);
  });

  test.each([
    [{ grid: { "repeat.kk": [1] } }, "repeat.kk = 1: repeat: Unrecognized key"],
    [{ grid: { "repeat.noises.4.stdDev": [1] } }, '"4" is no place in a list of 1'],
    [{ grid: { epochs: [9000], "repeat.k": [2] } }, "equal-compute baseline (epochs = 18000, repeat.k = 1;"],
    [{ grid: { seed: [1, 2] } }, "seed: cannot be swept: leave it out and give `seeds`"],
    [{ grid: { "data.train": ["a.csv"] } }, "data.train: cannot be swept"],
    [{ grid: { "repeat.k": [] } }, "grid.repeat.k"],
    [{ seeds: 0 }, "seeds: "],
    [{ experiment: { ...experiment, seed: 2 ** 32 - 2 }, seeds: 5 }, "seeds: the last seed is 4294967298"],
    [{ experiment: { ...experiment, epochs: 0 } }, "experiment: epochs: "],
    [{ experiment: 5 as never }, "experiment: an experiment is needed here"],
    [{ version: 2 as never }, "version must be 1"],
    [{ grids: {} } as never, "grids"],
  ] satisfies [Partial<SweepInput>, string][])("%j", (sweep, said) => {
    expect(faults(sweep)).toContain(said);
  });
});
