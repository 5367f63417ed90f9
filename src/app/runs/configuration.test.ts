import { expect, test } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import { SAMPLES } from "../../shared/samples.ts";
import { compare, flatten } from "./configuration.ts";

test("leaves are named by their path, lists of numbers stay together", () => {
  const value = {
    a: { b: 1, c: null },
    hidden: [64, 32],
    noises: [{ id: "x", sd: 0.2 }, { id: "y" }],
    none: [],
    on: true,
  };
  expect(flatten(value)).toEqual([
    ["a.b", "1"],
    ["a.c", "none"],
    ["hidden", "64, 32"],
    ["noises.0.id", "x"],
    ["noises.0.sd", "0.2"],
    ["noises.1.id", "y"],
    ["none", "none"],
    ["on", "yes"],
  ]);
});

test("only what differs is marked, on whichever side it is", () => {
  const rows = compare({ k: 8, f: { id: "mean" }, seed: 1 }, { k: 4, f: { id: "log-mean-exp", t: 2 }, seed: 1 });
  expect(rows).toEqual([
    { path: "k", here: "8", there: "4", differs: true },
    { path: "f.id", here: "mean", there: "log-mean-exp", differs: true },
    { path: "f.t", here: null, there: "2", differs: true },
    { path: "seed", here: "1", there: "1", differs: false },
  ]);
});

test("every field of a complete experiment has its row, and it does not differ from itself", () => {
  const experiment = parseExperiment(SAMPLES[0]?.experiment);
  const rows = compare(experiment, structuredClone(experiment));
  expect(rows.filter(({ differs }) => differs)).toEqual([]);
  const tops = new Set(rows.map(({ path }) => path.split(".")[0]));
  expect([...tops].sort()).toEqual(Object.keys(experiment).sort());
});
