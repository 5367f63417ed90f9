import { expect, test } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import { lossNote } from "./sentences.ts";

const experiment = (change: object = {}) =>
  parseExperiment({ version: 1, task: "image-classification", data: { train: "a.zip" }, ...change });

test("nothing is said of losses that are the same quantity", () => {
  expect(lossNote(experiment(), [])).toBe("");
  expect(lossNote(experiment(), [experiment({ repeat: { k: 3 }, epochs: 7 })])).toBe("");
});

test("losses of other objectives are told apart, and so is what only training adds", () => {
  const smoothed = experiment({ objective: { id: "cross-entropy", labelSmoothing: 0.1 } });
  expect(lossNote(experiment(), [experiment(), smoothed])).toContain("different objectives cannot be compared");
  expect(lossNote(experiment({ consistency: { id: "symmetric-kl" } }), [])).toContain("validation has none");
});
