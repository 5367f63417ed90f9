import { expect, test } from "vitest";
import type { Experiment } from "../../shared/experiment.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import { type ComparedRun, compareHandlers } from "./compare-handlers.ts";

const CLASSES = ["cat", "dog", "owl"];
const TRUTH = Array.from({ length: 60 }, (_, i) => i % 3);

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const ITEMS = {
  item: async (id: number) => ({ id, label: CLASSES[id % 3], origin: `row ${id}` }),
} as unknown as Dataset;

/** A run that said this of the items 100, 101, ..., as surely as can be. */
function run(seed: number, predicted: readonly number[], contentSha256 = "abc"): ComparedRun {
  const said = {
    items: Int32Array.from(TRUTH, (_, i) => 100 + i),
    truth: Int32Array.from(TRUTH),
    probabilities: Float32Array.from(predicted.flatMap((c) => CLASSES.map((_, i) => (i === c ? 1 : 0)))),
  };
  return {
    model: { experiment: { seed } as Experiment },
    record: { dataset: { classes: CLASSES, contentSha256 } },
    heldOut: { test: said, validation: said },
    dataset: async () => ITEMS,
  };
}

/** Wrong on the first `count` items, which are taken for the next class. */
const wrongOn = (count: number) => TRUTH.map((truth, i) => (i < count ? (truth + 1) % 3 : truth));
const RUNS: Record<string, ComparedRun> = {
  good1: run(1, wrongOn(3)),
  good2: run(2, wrongOn(4)),
  alike: run(1, wrongOn(4)),
  bad1: run(1, wrongOn(40)),
  bad2: run(2, wrongOn(42)),
  elsewhere: run(1, wrongOn(3), "other"),
  loaded: { model: { experiment: { seed: 1 } as Experiment }, record: null, heldOut: null, dataset: null },
};
const handlers = compareHandlers(async (runId) => {
  const found = RUNS[runId];
  if (!found) throw new Error(`There is no run "${runId}".`);
  return found;
});
const compared = (a: string[], b: string[]) => handlers["compare.runs"](sides(a, b), WORK);
const sides = (a: string[], b: string[]) => ({
  a: { name: "A", runIds: a },
  b: { name: "B", runIds: b },
  split: "test" as const,
});
const flipped = (a: string[], b: string[], cell: { truth: number; predicted: number } | null = null) =>
  handlers["compare.flipped"]({ ...sides(a, b), cell, offset: 0, limit: 100 }, WORK);

test("a sound run is told from a broken one, two sound ones are not", async () => {
  expect((await compared(["bad1"], ["good1"])).verdict.kind).toBe("b-better");
  expect((await compared(["good1"], ["alike"])).verdict.kind).toBe("not-distinguishable");
});

test("groups are paired by their seeds, and the same comparison gives the same interval", async () => {
  const [once, again] = [
    await compared(["good1", "good2"], ["bad2", "bad1"]),
    await compared(["good1", "good2"], ["bad2", "bad1"]),
  ];
  expect(once).toMatchObject({ pairs: 2, seeds: { a: 2, b: 2 }, verdict: { kind: "a-better" } });
  expect(again).toEqual(once);
});

test("the items that flip come with their inputs and what each side said", async () => {
  const { items, total } = await flipped(["good1"], ["alike"]);
  expect(total).toBe(1);
  expect(items[0]).toMatchObject({
    item: { id: 103, origin: "row 103" },
    truth: "cat",
    from: "cat",
    to: "dog",
    lost: 1,
  });
});

test("a cell leaves those of its class that one side alone puts there", async () => {
  const all = await flipped(["good1"], ["bad1"]);
  expect(all.total).toBe(37);
  const owls = await flipped(["good1"], ["bad1"], { truth: 2, predicted: 0 });
  expect(owls.total).toBe(12);
  expect(new Set(owls.items.map(({ truth, to }) => `${truth} ${to}`))).toEqual(new Set(["owl cat"]));
  expect((await flipped(["good1"], ["bad1"], { truth: 2, predicted: 1 })).total).toBe(0);
});

test("pages follow each other without gaps", async () => {
  const page = (offset: number) =>
    handlers["compare.flipped"]({ ...sides(["good1"], ["bad1"]), cell: null, offset, limit: 20 }, WORK);
  const ids = [...(await page(0)).items, ...(await page(20)).items].map(({ item }) => item.id);
  expect(ids).toEqual((await flipped(["good1"], ["bad1"])).items.map(({ item }) => item.id));
});

test("other data cannot be compared, an unknown run is refused by its name, a loaded model with the reason", async () => {
  const { verdict } = await compared(["good1"], ["elsewhere"]);
  expect(verdict).toMatchObject({ kind: "not-comparable", sentence: expect.stringContaining("their data differ") });
  expect(await flipped(["good1"], ["elsewhere"])).toEqual({ items: [], total: 0 });
  await expect(compared(["good1"], ["gone"])).rejects.toThrow('There is no run "gone"');
  await expect(compared(["good1"], ["loaded"])).rejects.toThrow("no held-out items");
});
