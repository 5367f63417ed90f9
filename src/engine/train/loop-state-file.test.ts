import { expect, test } from "vitest";
import { readSafetensors, writeSafetensors } from "../safetensors/safetensors.ts";
import { toyExperiment } from "../testing/toy.ts";
import type { LoopState } from "./loop-state.ts";
import { decodeLoopState, encodeLoopState, type Migration } from "./loop-state-file.ts";
import { type RunOrigin, refuseOtherRun } from "./run-origin.ts";

const figures = { validationAccuracy: 2 / 3, validationMacroF1: 0.1 + 0.2, validationPooledAccuracy: 1 / 3 };
const STATE: LoopState = {
  checkpoint: { step: 5, vectors: [Float32Array.of(0.1, -0, Number.NaN), Float32Array.of(1e-42, 3.4e38, -2)] },
  position: { epoch: 3, batches: 1 },
  steps: [1, 1, 2, 2, 3].map((epoch, i) => ({ step: i + 1, epoch, loss: Math.fround(1 / (i + 3)) })),
  epochs: [
    {
      epoch: 1,
      step: 2,
      trainLoss: 0.1,
      validationLoss: 1e300,
      ...figures,
      validationConfusionMatrix: [
        [3, 0],
        [1, 7],
      ],
    },
    {
      epoch: 2,
      step: 4,
      trainLoss: -0,
      validationLoss: Infinity,
      ...figures,
      validationConfusionMatrix: [
        [2, 1],
        [0, 8],
      ],
    },
  ],
  best: {
    loss: -Infinity,
    epoch: 1,
    params: {
      "head/kernel": { shape: [1, 2], values: Float32Array.of(1.5, 2.5) },
      bias: { shape: [1], values: Float32Array.of(-7) },
    },
  },
  history: [
    { epoch: 1, predicted: Uint16Array.of(0, 65535, 1), confidence: Float32Array.of(0.5, 0.25, 1) },
    { epoch: 2, predicted: Uint16Array.of(1, 1, 0), confidence: Float32Array.of(0.7, 0.8, 0.9) },
  ],
  resumedAt: [2],
  times: { trainMs: 12.5, totalMs: 99.25, firstStepMs: 3.125 },
};
const ORIGIN: RunOrigin = {
  experiment: toyExperiment({ seed: 9, earlyStopping: { patience: 3 } }),
  dataset: "0123",
  commit: "abc",
  backend: {
    name: "webgpu",
    adapter: "ACME",
    reason: "the fastest",
    figures: [{ name: "wasm", kind: "measured", msPerStep: 1.5 }],
    steps: { path: "captured", reason: "recorded", refused: null },
  },
};
const FILE = encodeLoopState({ state: STATE, origin: ORIGIN });

test("every number of a state comes back as it was, and so does what it is a run of", () => {
  expect(decodeLoopState(FILE, "a")).toEqual({ state: STATE, origin: ORIGIN });
  const bare: LoopState = {
    ...STATE,
    checkpoint: { step: 0, vectors: [Float32Array.of(1)] },
    position: { epoch: 1, batches: 0 },
    steps: [],
    epochs: [],
    best: { loss: Infinity, epoch: 0, params: null },
    history: [],
    resumedAt: [],
  };
  expect(decodeLoopState(encodeLoopState({ state: bare, origin: ORIGIN }), "a").state).toEqual(bare);
  const [first] = STATE.epochs;
  const unseen = { ...first, epoch: 1, step: 2, trainLoss: 1, validationConfusionMatrix: null, validationLoss: null };
  const without = { ...STATE, epochs: [unseen] } as LoopState;
  expect(decodeLoopState(encodeLoopState({ state: without, origin: ORIGIN }), "a").state).toEqual(without);
});

test("a file that is cut off is refused by name, wherever that is", () => {
  for (const length of [0, 7, 8, 100, FILE.length - 1])
    expect(() => decodeLoopState(FILE.slice(0, length), "run.ckpt")).toThrow(/^run\.ckpt is no checkpoint that/);
});

test("a file in which any byte is another is refused by name", () => {
  for (let at = 0; at < FILE.length; at += 13) {
    const damaged = FILE.slice();
    damaged[at] = (damaged[at] as number) ^ 4;
    expect(() => decodeLoopState(damaged, "run.ckpt"), `byte ${at}`).toThrow(/^run\.ckpt /);
  }
  const last = FILE.slice();
  last[last.length - 1] = 1 + (last.at(-1) as number);
  expect(() => decodeLoopState(last, "run.ckpt")).toThrow(/damaged checkpoint: .* checksum/);
});

test("a file of something else, or of a newer version, is refused with what to do", () => {
  const { params, metadata } = readSafetensors(FILE, "a");
  const other = writeSafetensors({ params, metadata: { format: "refrain-1" } });
  expect(() => decodeLoopState(other, "model")).toThrow('lack "format": "refrain-checkpoint"');
  const newer = writeSafetensors({ params, metadata: { ...metadata, version: "2" } });
  expect(() => decodeLoopState(newer, "new")).toThrow(/new is a checkpoint of version 2, .* up to version 1\. Reload/);
});

test("a file of an older version is brought up by all that came since, in order", () => {
  // Version 2 says its steps otherwise, version 3 has moved the position.
  const edit = (json: string | undefined, change: (state: Record<string, unknown>) => object) =>
    JSON.stringify({ ...JSON.parse(json ?? ""), ...change(JSON.parse(json ?? "")) });
  const migrations: Migration[] = [
    ({ params, metadata }) => ({
      params,
      metadata: { ...metadata, state: edit(metadata.state, () => ({ resumedAt: [4] })) },
    }),
    ({ params, metadata }) => ({
      params,
      metadata: {
        ...metadata,
        state: edit(metadata.state, ({ resumedAt }) => ({ resumedAt: [...(resumedAt as number[]), 5] })),
      },
    }),
  ];
  expect(decodeLoopState(FILE, "old", migrations).state).toEqual({ ...STATE, resumedAt: [4, 5] });
  const broken: Migration = ({ metadata }) => ({ params: {}, metadata });
  expect(() => decodeLoopState(FILE, "old", [broken])).toThrow('old is a damaged checkpoint: it lacks "state.0".');
});

test("a checkpoint of another run is refused with what is not the same", () => {
  const { backend: _, ...run } = ORIGIN;
  const { origin } = decodeLoopState(FILE, "a");
  expect(() => refuseOtherRun(origin, run)).not.toThrow();
  const experiment = toyExperiment({ ...origin.experiment, batchSize: 7, repeat: { k: 11 } });
  expect(() => refuseOtherRun(origin, { ...run, experiment })).toThrow('another "repeat", "batchSize". Resume with');
  expect(() => refuseOtherRun(origin, { ...run, dataset: "4567" })).toThrow(/its data set has other content/);
  expect(() => refuseOtherRun(origin, { ...run, commit: "def" })).toThrow(/the commit abc .* is def\./);
});
