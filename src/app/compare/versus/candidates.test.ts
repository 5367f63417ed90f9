import { expect, test } from "vitest";
import { entry, figures } from "../../../shared/kept/testing/entries.ts";
import { runSide, sideOf } from "../sides.ts";
import { candidatesOf, chosenPair } from "./candidates.ts";

const run = (runId: string, seed: number, ended = true) =>
  entry({
    runId,
    name: runId,
    file: { seed },
    figures: ended ? figures(0.9) : null,
    status: ended ? "finished" : "going",
  });
const GROUP = sideOf("group g", "K 8", [run("a", 1), run("b", 2), run("c", 3, false)]);
const ALONE = runSide(run("d", 1));
const NONE = { a: null, b: null };

test("runs that have not ended say nothing yet, and are not counted as seeds", () => {
  const { groups, runs } = candidatesOf([GROUP, ALONE, runSide(run("e", 1, false))]);
  expect(groups.map(({ name, runs: { length }, seeds }) => [name, length, seeds])).toEqual([["K 8", 2, 2]]);
  expect(runs.map(({ name }) => name)).toEqual(["a", "b", "d"]);
});

test("the first two sides are held against each other until others are chosen", () => {
  expect(chosenPair([GROUP, ALONE], NONE)).toMatchObject({ a: { name: "K 8" }, b: { name: "d" } });
  expect(chosenPair([GROUP, ALONE], { a: "a", b: "b" })).toMatchObject({ a: { name: "a" }, b: { name: "b" } });
});

test("in place of a side that is gone comes another", () => {
  expect(chosenPair([GROUP, ALONE], { a: "gone", b: "d" })).toMatchObject({ a: { name: "K 8" }, b: { name: "d" } });
  expect(chosenPair([GROUP, ALONE], { a: "d", b: "gone" })).toMatchObject({ a: { name: "d" }, b: { name: "K 8" } });
});

test("one side alone is no pair", () => {
  expect(chosenPair([ALONE], NONE)).toBeNull();
  expect(chosenPair([ALONE, runSide(run("e", 1, false))], NONE)).toBeNull();
});
