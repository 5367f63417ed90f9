import { beforeAll, expect, test } from "vitest";
import { type Experiment, parseExperiment } from "../../shared/experiment.ts";
import { openFiles, proposed, quietWork } from "../data/testing/fixtures.ts";
import { Backbones } from "../features/backbones.ts";
import { NO_CACHE } from "../features/feature-cache.ts";
import { Stream } from "../rng.ts";
import { startTestBackend } from "../testing/backends.ts";
import { tf } from "../tf.ts";
import { stratifiedFolds } from "./folds.ts";
import { predictOutOfFold } from "./out-of-fold.ts";
import { findSuspects } from "./suspects.ts";

beforeAll(() => startTestBackend("cpu"));

const noLoading = async () => {
  throw new Error("A table needs no model.");
};
const BACKBONES = new Backbones(
  { frozen: noLoading, tunable: noLoading, identity: async () => "", describe: async () => null },
  NO_CACHE,
);
const CENTRES = [
  [0, 0],
  [3, 0],
  [1, 3],
] as const;
const PER_CLASS = 60;

/** Three clouds that touch, deviation 0.45. */
function clouds(): string {
  const stream = new Stream(21, "sample");
  const near = (centre: number) => (centre + 0.45 * stream.normal()).toFixed(4);
  const rows = Array.from({ length: 3 * PER_CLASS }, (_, i) => {
    const [x, y] = CENTRES[i % 3] as readonly [number, number];
    return `${near(x)},${near(y)},${["ash", "birch", "cedar"][i % 3]}`;
  });
  return ["x,height,kind", ...rows].join("\n");
}

async function plan(change: Partial<Experiment> = {}, labelNoise = 0.1) {
  const source = await openFiles({ "trees.csv": clouds() });
  const experiment = parseExperiment({
    ...proposed(source, { labelNoise }, 9),
    repeat: { k: 1 },
    optimizer: { id: "adam", learningRate: 0.1 },
    epochs: 12,
    ...change,
  });
  const dataset = await source.prepare(experiment, quietWork());
  const onBackend = <T>(task: () => Promise<T>) => task();
  return { experiment, dataset, folds: 4, withTest: false, backbones: BACKBONES, onBackend };
}

test("most flipped labels are found, and few that are right are doubted", async () => {
  const given = await plan();
  const { dataset } = given;
  const flipped = new Set(
    [...dataset.splits.train].filter((item) => dataset.labels[item] !== dataset.trueLabels[item]),
  );
  expect(flipped.size).toBe(11);
  const before = tf.memory().numTensors;
  const { suspects, total, items, accuracy } = await findSuspects(given, quietWork());
  expect(tf.memory().numTensors).toBe(before);
  expect(items).toBe(dataset.splits.train.length + dataset.splits.validation.length);
  const found = suspects.filter(({ item }) => flipped.has(item.id));
  const [precision, recall] = [found.length / total, found.length / flipped.size];
  expect(recall).toBeGreaterThanOrEqual(0.8);
  expect(precision).toBeGreaterThanOrEqual(0.8);
  for (const { item, suggested, given: said } of found) {
    expect(suggested).toBe(item.label);
    expect(said).toBe(item.seenAs);
  }
  expect(suspects.slice(0, 5).every(({ item }) => flipped.has(item.id))).toBe(true);
  expect(accuracy).toBeGreaterThan(0.8);
});

test("every item is predicted by a model that did not see it; test items only where asked for", async () => {
  const given = await plan({ epochs: 2 }, 0);
  const { splits, classes } = given.dataset;
  const { items, probabilities } = await predictOutOfFold(given, quietWork());
  expect([...items]).toEqual([...splits.train, ...splits.validation].sort((a, b) => a - b));
  for (let i = 0; i < items.length; i++) {
    const sum = probabilities.subarray(3 * i, 3 * i + 3).reduce((a, b) => a + b);
    expect(sum).toBeCloseTo(1, 4);
  }
  const withTest = await predictOutOfFold({ ...given, withTest: true }, quietWork());
  expect([...withTest.items]).toEqual([...items, ...splits.test]);
  expect(withTest.probabilities.subarray(0, probabilities.length)).toEqual(probabilities);
  const sum = withTest.probabilities.subarray(-classes.length).reduce((a, b) => a + b);
  expect(sum).toBeCloseTo(1, 4);
});

test("folds are even within every class and in all", () => {
  const labels = Int32Array.from({ length: 101 }, (_, i) => (i % 7 === 0 ? 2 : i % 2));
  const items = Int32Array.from(labels.keys()).filter((i) => i % 5 !== 0);
  const folds = stratifiedFolds(items, labels, 3, 4, 6);
  expect([...folds.flatMap((fold) => [...fold])].sort((a, b) => a - b)).toEqual([...items]);
  const even = (counts: number[]) => Math.max(...counts) - Math.min(...counts) <= 1;
  expect(even(folds.map(({ length }) => length))).toBe(true);
  for (const c of [0, 1, 2]) expect(even(folds.map((fold) => fold.filter((i) => labels[i] === c).length))).toBe(true);
  expect(stratifiedFolds(items, labels, 3, 4, 7)).not.toEqual(folds);
});

test("it tells how far it is, and stops when called off", async () => {
  const given = await plan({ epochs: 1 });
  const abort = new AbortController();
  const told: string[] = [];
  const work = {
    signal: abort.signal,
    progress: (what: string, done: number, total: number) => {
      told.push(`${what} ${done <= total}`);
      if (what.startsWith("Training fold 2")) abort.abort();
    },
  };
  const before = tf.memory().numTensors;
  await expect(predictOutOfFold(given, work)).rejects.toThrow("Cancelled");
  expect(told).toContain("Training fold 1 of 4 true");
  expect(told.some((line) => line.startsWith("Training fold 3"))).toBe(false);
  expect(tf.memory().numTensors).toBe(before);
});

test("too few items for the folds are refused", async () => {
  await expect(predictOutOfFold({ ...(await plan()), folds: 100 }, quietWork())).rejects.toThrow(
    "too few for 100 folds",
  );
});
