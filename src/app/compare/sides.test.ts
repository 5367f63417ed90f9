import { expect, test } from "vitest";
import { entry } from "../../shared/kept/testing/entries.ts";
import { runFields } from "./listing/fields.ts";
import { CONFIGURATION } from "./listing/groups.ts";
import { seedWords, sidesOf } from "./sides.ts";

const run = (runId: string, k: number, seed: number) => entry({ runId, name: runId, file: { repeat: { k }, seed } });
const sides = (...runs: ReturnType<typeof run>[]) => sidesOf(runs, [CONFIGURATION], runFields(runs));

test("seeds of one configuration are one side, a run that is alone keeps its name", () => {
  const found = sides(run("A", 8, 1), run("B", 1, 1), run("C", 8, 2));
  expect(found.map(({ name, runs }) => [name, runs.map(({ runId }) => runId)])).toEqual([
    ["K 8", ["A", "C"]],
    ["B", ["B"]],
  ]);
  expect(found.map(seedWords)).toEqual(["2 seeds", "one seed"]);
});

test("runs that all belong together are compared one by one", () => {
  expect(sides(run("A", 8, 1), run("B", 8, 2)).map(({ name }) => name)).toEqual(["A", "B"]);
});

test("the same seed twice is told as such", () => {
  const [twice] = sides(run("A", 8, 1), run("B", 8, 1), run("C", 1, 1));
  expect(twice && seedWords(twice)).toBe("one seed, 2 runs");
});
