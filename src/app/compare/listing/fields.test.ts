import { expect, test } from "vitest";
import { entry, figures } from "../../../shared/kept/testing/entries.ts";
import { runFields, USUAL_COLUMNS } from "./fields.ts";

const RUNS = [
  entry({ figures: figures(0.913), file: { optimizer: { id: "adam", learningRate: 0.003 }, repeat: { k: 4 } } }),
  entry({ status: "going", figures: null, file: { clipNorm: 2 } }),
];
const FIELDS = runFields(RUNS);
const cell = (id: string, index = 0) => {
  const field = FIELDS.find((candidate) => candidate.id === id);
  if (!field) throw new Error(`no column ${id}`);
  return field.format(field.read(RUNS[index] as (typeof RUNS)[number]));
};

test("figures and settings are told in the table's words", () => {
  expect(cell("accuracy")).toBe("91.3");
  expect(cell("k")).toBe("4");
  expect(cell("status")).toBe("finished");
  expect(cell("passes")).toBe("53,760");
});

test("what a run has not come to is a dash", () => {
  expect(cell("accuracy", 1)).toBe("–");
  expect(cell("status", 1)).toBe("running");
});

test("every setting of any run is a column, numbers as numbers", () => {
  const rate = FIELDS.find(({ id }) => id === "optimizer.learningRate");
  expect(rate?.read(RUNS[0] as never)).toBe(0.003);
  expect(rate?.text).toBe(false);
  expect(cell("clipNorm")).toBe("none");
  expect(cell("clipNorm", 1)).toBe("2");
});

test("ids are unique, and the usual columns exist", () => {
  const ids = FIELDS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of USUAL_COLUMNS) expect(ids).toContain(id);
});
