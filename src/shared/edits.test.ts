import { expect, test } from "vitest";
import { exclude, relabel, restore, restoreAll, withEdits } from "./edits.ts";
import { type ExperimentError, type ExperimentFile, parseExperiment } from "./experiment.ts";

const PLAIN: ExperimentFile = { version: 1, task: "text-classification", data: { train: "t.csv" } };

test("an item is relabelled, excluded and restored, and the file before stays as it was", () => {
  const relabelled = relabel(PLAIN, 12, "refund");
  const both = exclude(relabelled, 3);
  expect(both.data.edits).toEqual({ 3: { exclude: true }, 12: { label: "refund" } });
  expect(exclude(both, 12).data.edits?.[12]).toEqual({ exclude: true });
  expect(restore(both, 3)).toEqual(relabelled);
  expect(restore(both, 99)).toBe(both);
  expect(restore(relabelled, 12)).toEqual(PLAIN);
  expect(restoreAll(both)).toEqual(PLAIN);
  expect(PLAIN.data.edits).toBeUndefined();
});

test("several edits are added at once, the later one of an item winning", () => {
  const file = withEdits(relabel(PLAIN, 1, "a"), { 1: { exclude: true }, 2: { label: "b" } });
  expect(parseExperiment(file).data.edits).toEqual({ 1: { exclude: true }, 2: { label: "b" } });
  expect(parseExperiment(PLAIN).data.edits).toEqual({});
});

test.each([
  [{ "1.5": { exclude: true } }, "data.edits.1.5: an edit is named by an item's number: a whole number from 0."],
  [{ "-1": { exclude: true } }, "data.edits.-1: an edit is named by an item's number: a whole number from 0."],
  [{ 4: { exclude: false } }, 'data.edits.4: an edit is { "label": "CLASS" } or { "exclude": true }.'],
  [{ 4: { label: "" } }, "data.edits.4.label: Too small"],
  [{ 4: "a" }, 'data.edits.4: an edit is { "label": "CLASS" } or { "exclude": true }.'],
])("%o is refused, the field named", (edits, message) => {
  try {
    parseExperiment({ ...PLAIN, data: { train: "t.csv", edits } });
  } catch (error) {
    expect((error as ExperimentError).message).toContain(message);
    return;
  }
  throw new Error("It was accepted.");
});
