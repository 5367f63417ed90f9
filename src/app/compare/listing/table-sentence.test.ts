import { expect, test } from "vitest";
import { entry, figures } from "../../../shared/kept/testing/entries.ts";
import { runFields } from "./fields.ts";
import { groupRuns } from "./groups.ts";
import { tableSentence } from "./table-sentence.ts";

const run = (runId: string, accuracy: number | null, k = 8, seed = 1) =>
  entry({
    runId,
    name: runId,
    figures: accuracy === null ? null : figures(accuracy),
    file: { repeat: { k }, seed },
  });

test("the best run is named with how many it is the best of", () => {
  const runs = [run("A", 0.9), run("B", 0.95), run("C", null)];
  expect(tableSentence(runs, runs, null)).toBe(
    "3 runs. B has the best test accuracy, 95.0% of 69 items; the best of 2 is lucky, too: group by configuration to see means over seeds.",
  );
});

test("a tie and a filter are said", () => {
  const runs = [run("A", 0.95), run("B", 0.95), run("C", 0.5)];
  expect(tableSentence(runs, runs.slice(0, 2), null)).toMatch(/^2 of 3 runs\. 2 runs share the best test accuracy/);
});

test("groups are told by mean and sd, and unequal numbers of seeds are not hidden", () => {
  const runs = [run("A", 0.9, 8, 1), run("B", 0.94, 8, 2), run("C", 0.8, 1, 1)];
  const groups = groupRuns(runs, ["k"], runFields(runs));
  expect(tableSentence(runs, runs, groups)).toBe(
    "3 runs in 2 groups. “K 8” has the best mean test accuracy, 92.0% (± 2.8 over 2 seeds). Groups have unequal numbers of seeds.",
  );
});

test("a best group of one seed shows no spread", () => {
  const runs = [run("A", 0.9, 8, 1), run("C", 0.8, 1, 1)];
  expect(tableSentence(runs, runs, groupRuns(runs, ["k"], runFields(runs)))).toMatch(/90\.0% \(one seed\)\.$/);
});

test("scores on other data are not compared", () => {
  const runs = [
    run("A", 0.9),
    entry({
      runId: "B",
      figures: figures(0.9, { dataset: { train: 1, validation: 1, test: 1, classes: 3, sha256: "other" } }),
    }),
  ];
  expect(tableSentence(runs, runs, null)).toMatch(/different data/);
});
