import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Experiment, ExperimentFile } from "../../shared/experiment.ts";
import { noiseMisfit } from "../../shared/noise-misfits.ts";
import { CONSISTENCIES } from "../../shared/plugins/consistencies/index.ts";
import { NOISES, type Noise } from "../../shared/plugins/noises/index.ts";
import { OBJECTIVES } from "../../shared/plugins/objectives/index.ts";
import { OPTIMIZERS } from "../../shared/plugins/optimizers/index.ts";
import { POOLINGS } from "../../shared/plugins/poolings/index.ts";
import { SCHEDULES, type Schedule } from "../../shared/plugins/schedules/index.ts";
import { LEVELS, SITES, type Site, TASKS, type Task } from "../../shared/task.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { TESTED_OBJECTIVES } from "../testing/objectives.ts";
import { TESTED_OPTIMIZERS } from "../testing/optimizers.ts";
import { sensiblePairs, TESTED_POOLINGS } from "../testing/poolings.ts";
import { batchesFor, type StepKind, stepsOf } from "../testing/steps.ts";
import { toyData, toyExperiment } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { isWhole } from "../train/batches.ts";
import { DeviceData } from "../train/device-data.ts";

/** Two epochs and more, each with a padded batch at its end. */
const STEPS = 8;
const NUM_ITEMS = 9;
const VIEWS = 4;

/** Eight by eight pixels in three classes. */
function images(): DeviceData {
  const stream = new Stream(5, "sample");
  return new DeviceData({
    input: { modality: "image", height: 8, width: 8, channels: 3 },
    values: Uint8Array.from({ length: NUM_ITEMS * 192 }, () => stream.below(256)),
    scale: 1 / 255,
    views: 0,
    rowOf: Int32Array.from({ length: NUM_ITEMS }, (_, i) => i),
    labels: Int32Array.from({ length: NUM_ITEMS }, (_, i) => i % 3),
    numClasses: 3,
    stdDevs: null,
    emptyRow: null,
  });
}

/** Texts as a frozen backbone has encoded them, with noisy views of each where there is a bank. */
function texts(views = 0): DeviceData {
  const stream = new Stream(12, "sample");
  return new DeviceData({
    input: { modality: "features", size: 5 },
    values: Float32Array.from({ length: NUM_ITEMS * (1 + views) * 5 }, () => stream.normal()),
    scale: 1,
    views,
    rowOf: Int32Array.from({ length: NUM_ITEMS }, (_, i) => (1 + views) * i),
    labels: Int32Array.from({ length: NUM_ITEMS }, (_, i) => (i * 5) % 3),
    numClasses: 3,
    stdDevs: null,
    emptyRow: null,
  });
}

const ADAM = { id: "adam", learningRate: 0.02 } as const;
const GAUSSIAN = { id: "gaussian", site: "features", stdDev: 0.5 } as const;

const BASES: Record<Task, Partial<ExperimentFile>> = {
  "tabular-classification": { optimizer: ADAM },
  "text-classification": { task: "text-classification", backbone: { id: "use-lite" }, optimizer: ADAM, batchSize: 4 },
  "image-classification": {
    task: "image-classification",
    backbone: { id: "seed-cnn", channels1: 2, channels2: 2, dense: 4 },
    optimizer: ADAM,
    batchSize: 4,
  },
};

interface Case {
  readonly name: string;
  readonly experiment: Experiment;
  readonly data: () => DeviceData;
}

function caseOf(name: string, change: Partial<ExperimentFile>, task: Task = "tabular-classification"): Case {
  const experiment = toyExperiment({ ...BASES[task], ...change });
  const hasBank = experiment.repeat.noises.some(({ site }) => site === "input" || site === "token-embedding");
  const data = { "tabular-classification": toyData, "image-classification": images } as Record<string, typeof images>;
  return { name, experiment, data: data[task] ?? (() => texts(hasBank ? VIEWS : 0)) };
}

/** A noise at one of its sites. A parameter is its default or, where that is next to nothing, a telling one. */
const noiseAt = (id: Noise["id"], site: Site) => ({ id, site, ...TELLING[id] }) as Noise;

const TELLING: Partial<Record<Noise["id"], object>> = {
  gaussian: { stdDev: 0.6 },
  dropout: { rate: 0.4 },
  mixup: { alpha: 1 },
  rotate: { degrees: 40 },
  "feature-drop": { probability: 0.4 },
};

const NOISE_CASES = NOISES.flatMap(({ id }) =>
  TASKS.flatMap((task) =>
    SITES.filter((site) => noiseMisfit(id, site, task) === null).map((site) =>
      caseOf(
        `${id} at ${site}, ${task}`,
        { head: { hidden: [4] }, repeat: { k: 3, views: VIEWS, noises: [noiseAt(id, site)] } },
        task,
      ),
    ),
  ),
);

const POOLING_CASES = sensiblePairs(LEVELS).map(({ level, pooling }) =>
  caseOf(
    `${pooling.id} at ${level}`,
    { repeat: { k: 5, noises: [GAUSSIAN] }, aggregate: { level, pooling } },
    // The smallest model, since there are many of them.
    "text-classification",
  ),
);

const OBJECTIVE_CASES = TESTED_OBJECTIVES.flatMap(({ name, objective }) =>
  (["loss", "logits"] as const).map((level) =>
    caseOf(
      `${name} at ${level}`,
      { repeat: { k: 3, noises: [GAUSSIAN] }, aggregate: { level }, objective },
      "text-classification",
    ),
  ),
);

const CONSISTENCY_CASES = CONSISTENCIES.map(({ id }) =>
  caseOf(id, { repeat: { k: 3, noises: [GAUSSIAN] }, consistency: { id, weight: 0.7 } }),
);

const OPTIMIZER_CASES = TESTED_OPTIMIZERS.flatMap((optimizer) =>
  SCHEDULES.map(({ id }) =>
    caseOf(
      `${optimizer.id} under ${id}`,
      {
        repeat: { k: 2, noises: [GAUSSIAN] },
        optimizer,
        schedule: { id, ...(id === "constant" ? {} : { warmup: 0.3 }) } as Schedule,
      },
      "text-classification",
    ),
  ),
);

const OTHER_CASES = [
  caseOf("clipped gradients", { repeat: { k: 2, noises: [GAUSSIAN] }, clipNorm: 0.05 }),
  caseOf("K = 1", { repeat: { k: 1, noises: [GAUSSIAN] } }),
  caseOf("K = 1 without noise", { repeat: { k: 1 } }),
  caseOf("K = 8 through two hidden layers", { head: { hidden: [7, 5] }, repeat: { k: 8, noises: [GAUSSIAN] } }),
  caseOf("dropout in the second layer alone", {
    head: { hidden: [5] },
    repeat: { k: 3, noises: [{ id: "dropout", site: "hidden", rate: 0.4, layers: [2] }] },
  }),
  ...LEVELS.map((level) =>
    caseOf(`groups of two, mixed, at ${level}`, {
      batchSize: 8,
      repeat: { k: 2, groupSize: 2, noises: [{ id: "mixup", site: "input", alpha: 1 }] },
      aggregate: { level },
    }),
  ),
  caseOf(
    "groups of two out of a bank",
    {
      batchSize: 8,
      repeat: { k: 3, views: VIEWS, groupSize: 2, noises: [{ id: "token-drop" }] },
    },
    "text-classification",
  ),
];

const ALL: Record<string, Case[]> = {
  noises: NOISE_CASES,
  poolings: POOLING_CASES,
  objectives: OBJECTIVE_CASES,
  consistencies: CONSISTENCY_CASES,
  "optimizers and schedules": OPTIMIZER_CASES,
  "all else": OTHER_CASES,
};

async function train(kind: StepKind, { experiment, data: make }: Case) {
  const data = make();
  const steps = stepsOf(kind, { experiment, data, totalSteps: STEPS });
  const batches = batchesFor(experiment, data, STEPS);
  for (const [i, batch] of batches.entries()) steps.take(batch, i + 1);
  const result = {
    losses: [...(await steps.readLosses())],
    theta: [...(await steps.read())],
    numPadded: batches.filter((batch) => !isWhole(batch)).length,
    reason: steps.reason,
  };
  steps.dispose();
  data.dispose();
  return result;
}

test("no plugin is left out", () => {
  const idsOf = (cards: readonly { readonly id: string }[]) => cards.map(({ id }) => id).toSorted();
  const used = (of: (experiment: Experiment) => readonly { readonly id: string }[]) =>
    [
      ...new Set(Object.values(ALL).flatMap((cases) => cases.flatMap(({ experiment }) => idsOf(of(experiment))))),
    ].toSorted();
  expect(used(({ repeat }) => repeat.noises)).toEqual(idsOf(NOISES));
  expect(used(({ aggregate }) => [aggregate.pooling])).toEqual(idsOf(POOLINGS));
  expect(idsOf(TESTED_POOLINGS)).toEqual(idsOf(POOLINGS));
  expect(used(({ objective }) => (objective.id === "sum" ? [] : [objective]))).toEqual(idsOf(OBJECTIVES));
  expect(used(({ consistency }) => (consistency ? [consistency] : []))).toEqual(idsOf(CONSISTENCIES));
  expect(used(({ optimizer }) => [optimizer])).toEqual(idsOf(OPTIMIZERS));
  expect(used(({ schedule }) => [schedule])).toEqual(idsOf(SCHEDULES));
});

describe.each(Object.entries(ALL))("captured steps follow eager ones: %s", (_, cases) => {
  beforeAll(() => startTestBackend("webgpu"));
  afterEach(() => expect(tf.memory().numTensors).toBe(0));

  test.each(cases)("$name", async (of) => {
    const eager = await train("eager", of);
    expect(eager.numPadded).toBeGreaterThan(0);
    expect(new Set(eager.losses).size).toBeGreaterThan(STEPS / 2);
    const plain = await train("plain", of);
    expect(plain.losses).toEqual(eager.losses);
    expect(plain.theta).toEqual(eager.theta);
    const fast = await train("optimised", of);
    expectAllClose(fast.losses, eager.losses, { absolute: 1e-4, relative: 1e-3 });
    for (const { reason } of [plain, fast]) expect(reason).toBe("recorded once, then replayed");
  });
});
