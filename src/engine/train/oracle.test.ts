import { beforeAll, describe, expect, test } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import type { HostParams } from "../models/model.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_PATHS } from "../testing/backends.ts";
import oracle from "../testing/oracle/oracle.json" with { type: "json" };
import { toyExperiment } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { DeviceData } from "./device-data.ts";
import { Model } from "./model.ts";
import { buildNetwork } from "./network.ts";
import { Trainer } from "./trainer.ts";

/**
 * PyTorch trained the same network on the same batches under the same draws, in double precision (generate.py). Its own
 * single precision strays by up to 4e-7 in 20 steps; ours may by a hundred times as much, since it adds in another order.
 */
const CLOSE = { absolute: 4e-5, relative: 2e-4 };

interface OracleCase {
  readonly level: string;
  readonly pooling: { readonly id: string };
  readonly objective: { readonly id: string };
  readonly consistency?: { readonly id: string };
  readonly losses: readonly number[];
  readonly gradient: readonly number[];
  readonly parameters: readonly number[];
}

const CASES = oracle.cases as readonly OracleCase[];
const BATCHES: Batch[] = oracle.batches.map(({ items, weights }) => ({
  items: Int32Array.from(items),
  weights: Float32Array.from(weights),
}));

type Path = (typeof TESTED_PATHS)[number]["path"];

/** Eager steps on WebGPU cost a hundred times what they cost on cpu: there most cases are followed for so many. */
const FEW_STEPS = 5;
const WHOLE = new Set(["mean", "max", "median", "log-mean-exp", "attention"]);

/**
 * Whether a case is followed to its last step everywhere: each objective and each consistency once, and each level with
 * poolings of every kind. All others are so on cpu and on the fast path.
 */
const isWhole = ({ level, pooling, objective, consistency }: OracleCase): boolean =>
  consistency !== undefined ||
  (WHOLE.has(pooling.id) && objective.id === "cross-entropy" && !("labelSmoothing" in objective)) ||
  (level === "probabilities" && pooling.id === "mean");

/** Training items of each class, for class weights. */
const COUNTS = [0, 1, 2].map((c) => oracle.labels.filter((label) => label === c).length);

function data(): DeviceData {
  const size = oracle.stdDevs.length;
  return new DeviceData({
    input: { modality: "table", size },
    values: Float32Array.from(oracle.inputs),
    scale: 1,
    views: 0,
    rowOf: Int32Array.from(oracle.labels, (_, i) => i),
    labels: Int32Array.from(oracle.labels),
    numClasses: 3,
    stdDevs: oracle.stdDevs,
    emptyRow: null,
  });
}

function trainerFor({ level, pooling, objective, consistency }: OracleCase, of: DeviceData, path: Path): Trainer {
  const experiment = toyExperiment({
    repeat: { k: oracle.k, noises: oracle.noises },
    aggregate: { level, pooling },
    objective,
    ...(consistency && { consistency }),
    optimizer: oracle.optimizer,
    seed: oracle.seed,
  } as Partial<ExperimentFile>);
  const network = buildNetwork(experiment, of.data.input, of.data.numClasses);
  const shapes = network.init(experiment.seed);
  const attends = pooling.id === "attention";
  const start = oracle.initial[attends ? (level === "features" ? "6" : "3") : "0"] as Record<string, number[]>;
  expect(Object.keys(start).sort()).toEqual(Object.keys(shapes).sort());
  const initial: HostParams = Object.fromEntries(
    Object.entries(shapes).map(([name, { shape }]) => [name, { shape, values: Float32Array.from(start[name] ?? []) }]),
  );
  return new Trainer(new Model(network, experiment, of, COUNTS), initial, BATCHES.length, { path });
}

const nameOf = ({ level, pooling, objective, consistency }: OracleCase): string =>
  [level, ...[pooling, objective, consistency].filter(Boolean).map((part) => Object.values(part ?? {}).join(" "))].join(
    ", ",
  );

describe.each(TESTED_PATHS)("PyTorch's steps on $backend, $path", ({ backend, path }) => {
  beforeAll(() => startTestBackend(backend));

  test.each(CASES.map((one) => ({ name: nameOf(one), one })))("$name", async ({ one }) => {
    const of = data();
    const trainer = trainerFor(one, of, path);
    const gradient = tf.tidy(() => trainer.lossAndGradient(BATCHES[0] as Batch, 1).gradient);
    expectAllClose(await gradient.data(), one.gradient, CLOSE);
    gradient.dispose();
    const followed = backend === "cpu" || path === "fast" || isWhole(one) ? BATCHES.length : FEW_STEPS;
    for (const batch of BATCHES.slice(0, followed)) trainer.step(batch);
    expectAllClose(await trainer.losses(), one.losses.slice(0, followed), CLOSE);
    const parameters = Object.entries(await trainer.read()).sort(([a], [b]) => (a < b ? -1 : 1));
    if (followed === BATCHES.length)
      expectAllClose(
        parameters.flatMap(([, { values }]) => [...values]),
        one.parameters,
        CLOSE,
      );
    trainer.dispose();
    of.dispose();
  });
});
