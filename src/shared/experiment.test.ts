import { describe, expect, test } from "vitest";
import { type ExperimentError, parseExperiment } from "./experiment.ts";
import { BACKBONES } from "./plugins/backbones/index.ts";
import { parameterFields } from "./plugins/card.ts";
import { CONSISTENCIES } from "./plugins/consistencies/index.ts";
import { NOISES } from "./plugins/noises/index.ts";
import { OBJECTIVES } from "./plugins/objectives/index.ts";
import { OPTIMIZERS } from "./plugins/optimizers/index.ts";
import { POOLINGS } from "./plugins/poolings/index.ts";
import { SCHEDULES } from "./plugins/schedules/index.ts";
import { SAMPLES } from "./samples.ts";

const MINIMAL = { version: 1, task: "text-classification", data: { train: "tickets.csv" } };
const IMAGES = { version: 1, task: "image-classification", data: { train: "photos.zip" } };

const sumOf = (...objectives: unknown[]) => ({ id: "sum", terms: objectives.map((objective) => ({ objective })) });

function messageOf(input: unknown): string {
  try {
    parseExperiment(input);
  } catch (error) {
    return (error as ExperimentError).message;
  }
  throw new Error("It was accepted.");
}

describe("an experiment file", () => {
  test("needs version, task and data only", () => {
    expect(parseExperiment(MINIMAL)).toMatchObject({
      backbone: { id: "use-lite" },
      tuning: { id: "head-only" },
      data: { split: { validation: 0.2, test: 0.2, stratify: true }, labelsPerClass: null },
      repeat: { k: 8, noises: [] },
      inference: { k: 8, pooling: { id: "mean" } },
      optimizer: { id: "adam", learningRate: 0.003 },
      seed: 1,
    });
  });

  test("with a key that is not known is refused by that key, without the rest of the file", () => {
    expect(messageOf({ ...MINIMAL, nothing: 3 })).toBe('experiment: Unrecognized key: "nothing"');
  });

  test("tests with K' = K and f' = f, and with the mean where f pools losses", () => {
    const of = (level: string) =>
      parseExperiment({ ...MINIMAL, repeat: { k: 5 }, aggregate: { level, pooling: { id: "max" } } }).inference;
    expect(of("logits")).toEqual({ k: 5, pooling: { id: "max" } });
    expect(of("loss")).toEqual({ k: 5, pooling: { id: "mean" } });
  });

  test("takes no share of the data for a set that has its own file", () => {
    const { data } = parseExperiment({ ...MINIMAL, data: { train: "a.csv", test: "b.csv", validation: "c.csv" } });
    expect(data.split).toEqual({ validation: 0, test: 0, stratify: true });
  });

  test("is unchanged when a complete one is read again", () => {
    for (const { experiment } of SAMPLES) {
      const complete = parseExperiment(experiment);
      expect(parseExperiment(JSON.parse(JSON.stringify(complete)))).toEqual(complete);
    }
  });

  test.each([
    [{ ...MINIMAL, version: 2 }, "version must be 1"],
    [{ ...MINIMAL, repeat: { k: 99 } }, "repeat.k: Too big: expected number to be <=64 (given: 99)"],
    [{ ...MINIMAL, optimizer: { id: "adam", learningRate: -1 } }, "optimizer.learningRate"],
    [{ ...MINIMAL, backbone: { id: "bert" } }, "backbone.id"],
    [{ ...MINIMAL, kk: 3 }, 'Unrecognized key: "kk"'],
    [{ ...MINIMAL, backbone: { id: "mlp" } }, '"mlp" reads table or image, not text'],
    [{ ...IMAGES, tuning: { id: "head-only" } }, '"seed-cnn" can be tuned by full, not by "head-only"'],
    [{ ...MINIMAL, repeat: { noises: [{ id: "flip" }] } }, '"flip" is not made for text data'],
    [
      { ...MINIMAL, repeat: { noises: [{ id: "gaussian" }] } },
      'cannot enter at "input" for text data; it can at token-embedding, hidden, features',
    ],
    [
      { ...IMAGES, backbone: { id: "mobilenet-v2" }, repeat: { noises: [{ id: "mixup" }] } },
      'repeat.noises.0: "mixup" mixes samples of one batch, but what lies below the frozen "mobilenet-v2"',
    ],
    [
      { ...IMAGES, head: { hidden: [8] }, repeat: { noises: [{ id: "dropout", site: "hidden", layers: [1, 5] }] } },
      "repeat.noises.0.layers: there is no hidden layer 5: this model has 4.",
    ],
    [
      { ...MINIMAL, head: { hidden: [8] }, repeat: { noises: [{ id: "dropout", site: "hidden", layers: [2] }] } },
      "there is no hidden layer 2: this model has 1.",
    ],
    [
      { ...MINIMAL, repeat: { noises: [{ id: "dropout", site: "features", layers: [1] }] } },
      'repeat.noises.0.layers: layers choose among hidden layers; at "features" leave them empty.',
    ],
    [
      { ...MINIMAL, aggregate: { level: "logits", pooling: { id: "generalized-mean" } } },
      'aggregate.pooling: "generalized-mean" makes no sense at the level "logits"',
    ],
    [
      { ...MINIMAL, data: { train: "a.csv", split: { validation: 0.5, test: 0.5 } } },
      "leave at least 0.1 for training",
    ],
    [{ ...MINIMAL, objective: { id: "cross-entropy", labelSmoothing: 1 } }, "objective.labelSmoothing: Too big"],
    [{ ...MINIMAL, objective: { id: "focal", gamma: 5.1 } }, "objective.gamma: Too big"],
    [{ ...MINIMAL, objective: { id: "hinge" } }, "objective.id"],
    [{ ...MINIMAL, objective: sumOf({ id: "focal" }) }, "objective.terms: Too small: expected array to have >=2 items"],
    [
      { ...MINIMAL, objective: sumOf({ id: "focal" }, sumOf({ id: "soft-f1" }, { id: "focal" })) },
      "objective.terms.1.objective: A sum cannot stand in a sum",
    ],
    [
      { ...MINIMAL, aggregate: { level: "features" }, consistency: { id: "symmetric-kl" } },
      'consistency: makes no sense at the level "features": the features are pooled before the head',
    ],
    [{ ...MINIMAL, data: { train: "a.csv", labelNoise: 0.95 } }, "data.labelNoise: Too big"],
    [[], "expected object"],
    [null, "expected object"],
  ])("%j is refused by name", (input, expected) => {
    expect(messageOf(input)).toContain(expected);
  });

  test("fills in what the terms of a sum leave out", () => {
    const { objective, consistency } = parseExperiment({
      ...MINIMAL,
      objective: { id: "sum", terms: [{ weight: 0.5, objective: { id: "focal" } }, { objective: { id: "soft-f1" } }] },
      consistency: { id: "logit-variance" },
    });
    expect(objective).toEqual({
      id: "sum",
      terms: [
        { weight: 0.5, objective: { id: "focal", gamma: 2 } },
        { weight: 1, objective: { id: "soft-f1" } },
      ],
    });
    expect(consistency).toEqual({ id: "logit-variance", weight: 1 });
    expect(parseExperiment(MINIMAL)).toMatchObject({
      objective: { id: "cross-entropy", labelSmoothing: 0, classWeights: "none" },
      consistency: null,
      data: { labelNoise: 0 },
    });
  });

  test("names every field that is wrong, not only the first", () => {
    const message = messageOf({ ...MINIMAL, repeat: { k: 0 }, epochs: 0.5, seed: -1 });
    for (const path of ["repeat.k", "epochs", "seed"]) expect(message).toContain(path);
  });
});

test("every card's ids are unique, and its form has a default within its bounds", () => {
  for (const cards of [BACKBONES, NOISES, OBJECTIVES, CONSISTENCIES, OPTIMIZERS, POOLINGS, SCHEDULES]) {
    expect(new Set(cards.map(({ id }) => id)).size).toBe(cards.length);
    for (const card of cards) {
      for (const field of parameterFields(card.parameters)) {
        expect(field.default).toBeDefined();
        if (typeof field.default !== "number") continue;
        expect(field.default).toBeGreaterThanOrEqual(field.minimum ?? -Infinity);
        expect(field.default).toBeLessThanOrEqual(field.maximum ?? Infinity);
      }
    }
  }
});
