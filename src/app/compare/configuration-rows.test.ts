import { expect, test } from "vitest";
import { entry } from "../../shared/kept/testing/entries.ts";
import { configurationSentence, rowsOfSides } from "./configuration-rows.ts";
import { runSide, sideOf } from "./sides.ts";

const run = (runId: string, k: number, seed: number) => entry({ runId, name: runId, file: { repeat: { k }, seed } });
const differing = (sides: Parameters<typeof rowsOfSides>[0]) => rowsOfSides(sides).filter(({ differs }) => differs);

test("a group's cell holds all the values of its runs", () => {
  const sides = [sideOf("g", "K 8", [run("a", 8, 1), run("b", 8, 2)]), runSide(run("c", 1, 1))];
  const rows = new Map(rowsOfSides(sides).map(({ path, values }) => [path, values]));
  expect(rows.get("repeat.k")).toEqual(["8", "1"]);
  expect(rows.get("seed")).toEqual(["1, 2", "1"]);
  expect(rows.get("epochs")).toEqual(["20", "20"]);
});

test("many values are cut short", () => {
  const sides = [
    sideOf(
      "g",
      "K 8",
      [1, 2, 3, 4, 5, 6].map((seed) => run(`r${seed}`, 8, seed)),
    ),
  ];
  expect(rowsOfSides(sides).find(({ path }) => path === "seed")?.values).toEqual(["1, 2, 3, 4, …"]);
});

test("the sentence counts and names what differs", () => {
  const seeds = [runSide(run("a", 8, 1)), runSide(run("b", 8, 2))];
  expect(configurationSentence(differing(seeds), seeds)).toBe("The 2 runs differ in the seed alone.");
  const same = [runSide(run("a", 8, 1)), runSide(run("b", 8, 1))];
  expect(configurationSentence(differing(same), same)).toContain("are the same, the seed included");
  const both = [runSide(run("a", 8, 1)), runSide(run("b", 1, 1))];
  expect(configurationSentence(differing(both), both)).toBe(
    "2 settings differ between the 2 runs: repeat.k and inference.k.",
  );
});
