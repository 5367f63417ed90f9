import { describe, expect, test } from "vitest";
import { type Experiment, ExperimentError, type ExperimentFile, parseExperiment } from "./experiment.ts";
import { readIssue } from "./experiment-issue.ts";

/** Complete experiments that between them have every field of the schema. */
const TABLE = {
  version: 1,
  task: "tabular-classification",
  data: {
    train: "a.csv",
    validation: "b.csv",
    test: "c.csv",
    label: "y",
    features: ["x", "z"],
    kinds: { x: "numeric" },
    labelsPerClass: 5,
    edits: { 3: { label: "x" }, 12: { exclude: true } },
    imageSide: 28,
  },
  backbone: { id: "mlp", hidden: [32, 16] },
  head: { hidden: [8] },
  repeat: { k: 7, noises: [{ id: "gaussian", site: "hidden", stdDev: 0.3, layers: [1] }] },
  aggregate: { level: "probabilities", pooling: { id: "generalized-mean", p: 3 } },
  objective: {
    id: "sum",
    terms: [{ objective: { id: "focal" } }, { weight: 0.5, objective: { id: "cross-entropy" } }],
  },
  consistency: { id: "symmetric-kl" },
  optimizer: { id: "sgd", learningRate: 0.1, momentum: 0.9 },
  schedule: { id: "cosine" },
  clipNorm: 1,
  earlyStopping: { patience: 3 },
} satisfies ExperimentFile;
const TEXT = {
  version: 1,
  task: "text-classification",
  data: { train: "a.csv", text: "t", label: "y" },
  backbone: { id: "transformer", source: "owner/name" },
  tuning: { id: "lora" },
  layerDecay: 0.9,
  repeat: { k: 3, noises: [{ id: "span-mask" }, { id: "neftune" }, { id: "token-drop" }] },
  aggregate: { level: "logits", pooling: { id: "trimmed-mean" } },
  optimizer: { id: "adamw" },
} satisfies ExperimentFile;
const IMAGES = {
  version: 1,
  task: "image-classification",
  data: { train: "photos.zip" },
  repeat: { noises: [{ id: "crop" }, { id: "colour" }, { id: "cutout" }, { id: "rotate" }, { id: "mixup" }] },
  aggregate: { level: "features", pooling: { id: "log-mean-exp" } },
} satisfies ExperimentFile;

/** Paths of everything in a value that holds nothing itself. */
function leavesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, below]) => leavesOf(below, [...path, key]));
}

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inside, key) => (inside as Record<string, unknown>)[key], value);

function replaced(experiment: Experiment, path: readonly string[], by: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(experiment)) as unknown;
  const last = path.at(-1) as string;
  (at(copy, path.slice(0, -1)) as Record<string, unknown>)[last] = by;
  return copy;
}

/** What can stand at no field of the same kind. */
function wrongFor(value: unknown): unknown[] {
  if (typeof value === "number") return ["7", true, [1], 1e13, -1e13];
  if (typeof value === "boolean") return ["yes", 1, null];
  if (typeof value === "string") return [7, false, ["a"], ""];
  if (value === null) return [false, [1]];
  return Array.isArray(value) ? [false, { wrong: 1 }] : [false, 7];
}

function issuesOf(input: unknown): readonly { path: string }[] {
  try {
    parseExperiment(input);
  } catch (error) {
    if (error instanceof ExperimentError) return error.issues;
    throw error;
  }
  return [];
}

describe.each(Object.entries({ TABLE, TEXT, IMAGES }).map(([name, file]) => [name, parseExperiment(file)] as const))(
  "%s: every field of a complete experiment",
  (_, experiment) => {
    const leaves = leavesOf(experiment).map((path) => [path.join("."), path] as const);

    test("is looked at", () => expect(leaves.length).toBeGreaterThan(25));

    test.each(leaves)("%s is named where its value is wrong", (name, path) => {
      const value = at(experiment, path);
      for (const wrong of wrongFor(value)) {
        // An empty text is a fair name of a column.
        if (wrong === "" && /^data\.(text|label|features|kinds)/.test(name)) continue;
        const named = issuesOf(replaced(experiment, path, wrong)).map((issue) => issue.path);
        // What may be one of two things is named as a whole.
        const place = name.replace(/^(data\.edits\.\d+)\..*/, "$1");
        expect([name, place], `${name} = ${JSON.stringify(wrong)}`).toContain(named[0]);
      }
    });
  },
);

test("an issue says what stands there and what would be right", () => {
  const of = (change: object) => {
    try {
      parseExperiment({ ...TABLE, ...change });
    } catch (error) {
      return (error as ExperimentError).issues[0];
    }
    throw new Error("It was accepted.");
  };
  expect(of({ repeat: { k: 65 } })).toMatchObject({ path: "repeat.k", given: "65", right: "64 or less" });
  expect(of({ epochs: 1.5 })).toMatchObject({ given: "1.5", right: "a whole number, without quotes" });
  expect(of({ batchSize: "32" })).toMatchObject({ given: '"32"', right: "a number, without quotes" });
  expect(of({ schedule: { id: "step" } })).toMatchObject({
    path: "schedule.id",
    right: "one of constant, linear, cosine",
  });
  expect(of({ data: {} })).toMatchObject({ path: "data.train", given: "nothing", right: "a text, in quotes" });
  expect(of({ nothing: 3 })).toMatchObject({ path: "", right: expect.stringContaining("no field of this name") });
});

test("an issue of a kind that has no words of its own says what the schema says", () => {
  const issue = { code: "custom", message: "Odd.", path: ["a"], input: 1 } as const;
  expect(readIssue(issue as never, { a: 1 })).toMatchObject({ path: "a", message: "Odd. (given: 1)", right: "Odd." });
});
