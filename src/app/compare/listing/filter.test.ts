import { expect, test } from "vitest";
import { entry } from "../../../shared/kept/testing/entries.ts";
import { facetValues, filterRuns, NO_FILTER } from "./filter.ts";

const RUNS = [
  entry({ runId: "a", name: "Baseline", tags: ["keep"], file: { repeat: { k: 1 } } }),
  entry({ runId: "b", name: "Second", notes: "Too slow on my laptop", file: { repeat: { k: 16 } } }),
  entry({ runId: "c", name: "Third", status: "interrupted", figures: null, tags: ["keep", "paper"] }),
  entry({ runId: "d", name: "Fourth", file: { repeat: { k: 16 }, optimizer: { id: "sgd", learningRate: 0.05 } } }),
];
const found = (text: string, facets = {}) => filterRuns(RUNS, { text, facets }).map(({ runId }) => runId);

test("without a filter the same list comes back", () => {
  expect(filterRuns(RUNS, NO_FILTER)).toBe(RUNS);
});

test("words are looked for in names, notes, tags, states and settings, whatever their case", () => {
  expect(found("baseLINE")).toEqual(["a"]);
  expect(found("laptop")).toEqual(["b"]);
  expect(found("paper")).toEqual(["c"]);
  expect(found("interrupted")).toEqual(["c"]);
  expect(found("optimizer.learningRate 0.05")).toEqual(["d"]);
});

test("every word has to be there", () => {
  expect(found("keep interrupted")).toEqual(["c"]);
  expect(found("keep laptop")).toEqual([]);
});

test("facets narrow further, a tag also where a run has several", () => {
  expect(found("", { k: "16" })).toEqual(["b", "d"]);
  expect(found("sgd", { k: "16" })).toEqual(["d"]);
  expect(found("", { tag: "keep" })).toEqual(["a", "c"]);
  expect(found("", { tag: "keep", status: "finished" })).toEqual(["a"]);
  expect(found("", { k: "2" })).toEqual([]);
});

test("a facet offers what occurs, counted, numbers in their order", () => {
  expect(facetValues(RUNS, "k")).toEqual([
    { value: "1", count: 1 },
    { value: "8", count: 1 },
    { value: "16", count: 2 },
  ]);
  expect(facetValues(RUNS, "tag")).toEqual([
    { value: "keep", count: 2 },
    { value: "paper", count: 1 },
  ]);
});
