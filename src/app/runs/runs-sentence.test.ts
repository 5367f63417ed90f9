import { expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import { runsSentence, type Scored } from "./runs-sentence.ts";

const FILE: ExperimentFile = { version: 1, task: "tabular-classification", data: { train: "a.csv", label: "y" } };

function run(name: string, right: number | null, patch: Partial<ExperimentFile> = {}, sha256 = "s"): Scored {
  const test = right === null ? null : { accuracy: right / 200 };
  return {
    name,
    experiment: parseExperiment({ ...FILE, ...patch }),
    figures: { test, dataset: { test: 200, sha256 } },
  };
}

test("a single run is told with its margin", () => {
  expect(runsSentence([run("Run 1", 180)])).toBe(
    "Run 1 got 90.0%, 180 of 200 test items in one clean pass: one seed, known to about ± 4 points.",
  );
});

test("runs of one seed each are told to be within noise of each other", () => {
  const sentence = runsSentence([run("Run 1", 180), run("Run 2", 184, { repeat: { k: 1 } })]);
  expect(sentence).toBe(
    "Run 2 leads with 92.0%, 184 of 200 test items in one clean pass. One seed each: differences of up to 11 items are noise.",
  );
});

test("a tie names everyone who leads", () => {
  const runs = [run("A", 184), run("B", 184, { repeat: { k: 1 } }), run("C", 170, { repeat: { k: 2 } })];
  expect(runsSentence(runs)).toMatch(/^A and B lead alike with 92\.0%/);
});

test("of many that lead alike two are named", () => {
  const runs = [1, 2, 3, 4, 5].map((k) => run(`Run ${k}`, 184, { repeat: { k } }));
  expect(runsSentence(runs)).toMatch(/^Run 1, Run 2 and 3 others lead alike with 92\.0%/);
});

test("runs that differ in the seed alone get a mean and a standard deviation", () => {
  const runs = [run("A", 180, { seed: 1 }), run("B", 184, { seed: 2 }), run("C", 176, { seed: 3 })];
  expect(runsSentence(runs)).toMatch(/A, B and C, alike but for the seed: 90\.0% on average, sd 2\.0 points\.$/);
});

test("the same seed twice is not two seeds", () => {
  expect(runsSentence([run("A", 180), run("B", 180)])).toMatch(/One seed each/);
});

test("other data and missing test items are named", () => {
  expect(runsSentence([run("A", 180), run("B", 190, {}, "other")])).toMatch(/different data/);
  expect(runsSentence([run("A", null)])).toMatch(/No test items/);
  expect(runsSentence([])).toBe("");
});
