import { expect, test } from "vitest";
import { planOf } from "./plan.ts";
import { drawnSets } from "./random-search.ts";
import { parseSweep } from "./sweep-file.ts";

const ranges = {
  "optimizer.learningRate": { min: 1e-4, max: 1, scale: "log", integer: false },
  "repeat.k": { min: 1, max: 8, scale: "linear", integer: true },
  "aggregate.pooling.id": ["mean", "max", "median"],
} as const;
const draw = (samples: number, seed = 3) =>
  drawnSets({
    kind: "random",
    samples,
    seed,
    ranges: { ...ranges, "aggregate.pooling.id": ["mean", "max", "median"] },
  });

test("draws follow the seed alone, and more samples leave the first as they are", () => {
  expect(draw(30).slice(0, 10)).toEqual(draw(10));
  expect(draw(10, 4)).not.toEqual(draw(10));
});

test("a log scale spreads factors evenly, whole numbers and lists have equal shares", () => {
  const sets = draw(800);
  const share = (of: (set: (typeof sets)[number]) => boolean) => sets.filter(of).length / sets.length;
  for (const decade of [1e-4, 1e-3, 1e-2, 1e-1]) {
    const rate = (set: (typeof sets)[number]) => set["optimizer.learningRate"] as number;
    expect(share((set) => rate(set) >= decade && rate(set) < 10 * decade)).toBeCloseTo(0.25, 1);
  }
  for (let k = 1; k <= 8; k++) expect(share((set) => set["repeat.k"] === k)).toBeCloseTo(1 / 8, 1);
  for (const id of ["mean", "max", "median"])
    expect(share((set) => set["aggregate.pooling.id"] === id)).toBeCloseTo(1 / 3, 1);
});

test("each drawn combination is tried at every point of the grid, with its own baselines", () => {
  const sweep = parseSweep({
    version: 1,
    experiment: { version: 1, task: "tabular-classification", data: { train: "a.csv" } },
    grid: { "repeat.k": [1, 4] },
    search: {
      kind: "random",
      samples: 3,
      ranges: { "optimizer.learningRate": { min: 0.001, max: 0.1, scale: "log" } },
    },
  });
  const { configurations } = planOf(sweep);
  expect(configurations.map(({ role }) => role)).toEqual(Array(3).fill(["grid", "grid", "equal-compute"]).flat());
  const rates = configurations.map(({ experiment }) => experiment.optimizer.learningRate);
  expect(rates[0]).toBe(rates[2]);
  expect(new Set(rates).size).toBe(3);
});

test.each([
  [{ min: 2, max: 1 }, "min must not lie above max"],
  [{ min: 0, max: 1, scale: "log" }, "a log scale needs a min above 0"],
])("the range %j is refused", (range, said) => {
  const search = { kind: "random", samples: 2, ranges: { clipNorm: range } };
  expect(() => parseSweep({ version: 1, experiment: {}, search })).toThrow(said);
});
