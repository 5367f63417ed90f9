import { expect, test } from "vitest";
import type { ColumnSummary } from "../../shared/dataset.ts";
import type { ExperimentFile } from "../../shared/experiment.ts";
import { roleOf, withRole } from "./column-roles.ts";

const column = (name: string, numeric: boolean): ColumnSummary => ({
  name,
  kind: numeric ? "numeric" : "categorical",
  missing: 0,
  distinct: 3,
  examples: [],
  range: numeric ? { min: 0, max: 2, mean: 1 } : null,
});
const COLUMNS = [column("size", true), column("island", false), column("species", false)];
const [SIZE, ISLAND, SPECIES] = COLUMNS as [ColumnSummary, ColumnSummary, ColumnSummary];
const FILE: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "p.csv", label: "species" },
};
const roles = (file: ExperimentFile) => COLUMNS.map((c) => roleOf(file, c));

test("every column but the label is a feature until someone says otherwise", () => {
  expect(roles(FILE)).toEqual(["numeric", "categorical", "label"]);
});

test("a number can be made a category, a column ignored and taken back in its place", () => {
  const category = withRole(FILE, COLUMNS, SIZE, "categorical");
  expect(roles(category)).toEqual(["categorical", "categorical", "label"]);
  const ignored = withRole(category, COLUMNS, SIZE, "ignored");
  expect(ignored.data.features).toEqual(["island"]);
  expect(ignored.data.kinds).toBeUndefined();
  expect(withRole(ignored, COLUMNS, SIZE, "numeric").data.features).toEqual(["size", "island"]);
});

test("a new label lets the old one go, and is no feature any more", () => {
  const relabelled = withRole(withRole(FILE, COLUMNS, SIZE, "numeric"), COLUMNS, ISLAND, "label");
  expect(relabelled.data.label).toBe("island");
  expect(relabelled.data.features).toEqual(["size"]);
  expect(roleOf(relabelled, SPECIES)).toBe("ignored");
});
