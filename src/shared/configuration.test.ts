import { expect, test } from "vitest";
import { compareConfigurations, flatten, leaves, seedlessKey } from "./configuration.ts";
import { parseExperiment } from "./experiment.ts";
import { SAMPLES } from "./samples.ts";

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

test("leaves keep their values, so that numbers sort as numbers", () => {
  expect(leaves({ a: { k: 16 }, hidden: [64, 32], none: null })).toEqual([
    ["a.k", 16],
    ["hidden", [64, 32]],
    ["none", null],
  ]);
});

test("only what differs is marked, in whichever configuration it is", () => {
  const [first, second] = [
    { k: 8, f: { id: "mean" }, seed: 1 },
    { k: 4, f: { id: "log-mean-exp", t: 2 }, seed: 1 },
  ];
  expect(compareConfigurations([first, second])).toEqual([
    { path: "k", values: ["8", "4"], differs: true },
    { path: "f.id", values: ["mean", "log-mean-exp"], differs: true },
    { path: "f.t", values: [null, "2"], differs: true },
    { path: "seed", values: ["1", "1"], differs: false },
  ]);
});

test("a third configuration that differs from two alike ones is seen, and brings its own settings", () => {
  const rows = compareConfigurations([
    { k: 8, seed: 1 },
    { k: 8, seed: 1 },
    { k: 8, extra: true, seed: 2 },
  ]);
  expect(rows).toEqual([
    { path: "k", values: ["8", "8", "8"], differs: false },
    { path: "extra", values: [null, null, "yes"], differs: true },
    { path: "seed", values: ["1", "1", "2"], differs: true },
  ]);
});

test("every field of a complete experiment has its row, and it does not differ from itself", () => {
  const experiment = parseExperiment(SAMPLES[0]?.experiment);
  const rows = compareConfigurations([experiment, JSON.parse(JSON.stringify(experiment))]);
  expect(rows.filter(({ differs }) => differs)).toEqual([]);
  const tops = new Set(rows.map(({ path }) => path.split(".")[0]));
  expect([...tops].sort()).toEqual(Object.keys(experiment).sort());
});

test("the seed alone makes no other configuration", () => {
  const experiment = parseExperiment(SAMPLES[0]?.experiment);
  expect(seedlessKey({ ...experiment, seed: 7 })).toBe(seedlessKey(experiment));
  expect(seedlessKey({ ...experiment, epochs: 7 })).not.toBe(seedlessKey(experiment));
});
