import { expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import { experimentJson, readExperimentFile } from "./experiment-file.ts";

const FILE: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "penguins.csv", label: "Species" },
  repeat: { k: 7 },
};

test("an experiment file is known by its fields, and what is left out gets its default", () => {
  const content = readExperimentFile(JSON.stringify(FILE));
  expect(content).toMatchObject({ kind: "experiment", file: FILE, experiment: { repeat: { k: 7 }, epochs: 20 } });
});

test("a written experiment says everything and reads back the same", () => {
  const experiment = parseExperiment(FILE);
  const content = readExperimentFile(experimentJson(experiment));
  expect(content).toMatchObject({ kind: "experiment", file: experiment, experiment });
});

test("a run's record gives its experiment", () => {
  const record = { version: 1, status: "finished", software: { refrain: "0" }, experiment: parseExperiment(FILE) };
  expect(readExperimentFile(JSON.stringify(record))).toMatchObject({ kind: "experiment", file: { repeat: { k: 7 } } });
});

test("a sweep is known by its experiment and what of it varies", () => {
  const sweep = { version: 1, experiment: FILE, grid: { "repeat.k": [1, 4] }, seeds: 3 };
  expect(readExperimentFile(JSON.stringify(sweep))).toEqual({ kind: "sweep", file: FILE, sweep });
  expect(readExperimentFile(JSON.stringify({ experiment: FILE, seeds: [1, 2] }))).toMatchObject({ kind: "sweep" });
  expect(readExperimentFile(JSON.stringify({ experiment: { ...FILE, epochs: 0 }, seeds: 2 }))).toMatchObject({
    kind: "bad-experiment",
    issues: [{ path: "experiment.epochs", given: "0", right: "1 or more" }],
  });
  expect(readExperimentFile(JSON.stringify({ experiment: "a.json", grid: { k: [1] } }))).toEqual({ kind: "other" });
});

test.each([
  ["an array of rows", '[{"version": 1, "task": "x", "data": {}}]'],
  ["an object of rows with a version", '{"version": "1.4.0", "data": [{"a": 1}]}'],
  ["JSON lines", '{"version": 1, "task": "buy milk"}\n{"version": 2, "task": "sleep"}\n'],
  ["JSON lines after a blank line", '\n{"version": 1, "task": "buy milk"}\n{"version": 2, "task": "sleep"}\n'],
  ["no JSON at all", "a,b\n1,2\n"],
  ["a number", "7"],
])("%s is data", (_, text) => {
  expect(readExperimentFile(text)).toEqual({ kind: "other" });
});

test.each([
  ["repeat.k", { ...FILE, repeat: { k: 65 } }],
  ["task", { ...FILE, task: "regression" }],
  ["task", { version: 1, data: { train: "a.csv" } }],
  ["version", { ...FILE, version: 2 }],
  ["data", { version: 1, task: FILE.task }],
  ["data.train", { ...FILE, data: { label: "Species" } }],
])("a fault is named by its field: %s", (path, file) => {
  const content = readExperimentFile(JSON.stringify(file));
  expect(content).toMatchObject({ kind: "bad-experiment" });
  expect(content.kind === "bad-experiment" && content.issues.map((issue) => issue.path)).toContain(path);
});

test("a damaged experiment file is not taken for data", () => {
  const damaged = experimentJson(parseExperiment(FILE)).slice(0, -20);
  expect(readExperimentFile(damaged)).toMatchObject({ kind: "bad-experiment", issues: [{ path: "" }] });
});
