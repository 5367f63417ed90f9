import { expect, test } from "vitest";
import { entry, figures } from "../../../shared/kept/testing/entries.ts";
import { type RunField, runFields } from "./fields.ts";
import { CONFIGURATION, groupRuns } from "./groups.ts";
import { cellOf, compareValues, groupRow, runRow, sortValue, type TableRow } from "./rows.ts";

const RUNS = [
  entry({ runId: "a", figures: figures(0.9), file: { seed: 1 } }),
  entry({ runId: "b", figures: figures(0.94), file: { seed: 2 } }),
  entry({ runId: "c", figures: null, status: "failed", file: { seed: 3 } }),
  entry({ runId: "d", figures: figures(0.8), file: { seed: 1, repeat: { k: 1 } } }),
];
const FIELDS = runFields(RUNS);
const field = (id: string) => FIELDS.find((candidate) => candidate.id === id) as RunField;
const [repeated, single] = groupRuns(RUNS, [CONFIGURATION], FIELDS).map(groupRow) as [TableRow, TableRow];

test("a run shows its own values", () => {
  expect(cellOf(runRow(RUNS[0] as never), field("accuracy"))).toEqual({ words: "90.0" });
});

test("a group shows mean and sd of those of its runs that came to something", () => {
  expect(cellOf(repeated, field("accuracy"))).toEqual({
    words: "92.0 ± 2.8",
    remark: "mean of 2 of 3 runs, 2 seeds, ± 1 sd",
  });
  expect(cellOf(repeated, field("k"))).toEqual({ words: "8" });
  expect(cellOf(repeated, field("seed"))).toEqual({ words: "3 seeds" });
  expect(cellOf(repeated, field("status"))).toEqual({ words: "2 values" });
});

test("a group of one seed shows no sd, and says why", () => {
  expect(cellOf(single, field("accuracy"))).toEqual({
    words: "80.0",
    remark: "mean of 1 of 1 runs, one seed: no spread is known",
  });
});

test("groups sort by their means, and by what all their runs have in common", () => {
  expect(sortValue(repeated, field("accuracy"))).toBeCloseTo(0.92, 12);
  expect(sortValue(repeated, field("k"))).toBe(8);
  expect(sortValue(repeated, field("seed"))).toBeUndefined();
});

test("numbers sort as numbers, also within words", () => {
  expect([10, 9, "b", "a", undefined].sort(compareValues)).toEqual([9, 10, "a", "b", undefined]);
  expect(compareValues("Run 9", "Run 10")).toBeLessThan(0);
});
