import { beforeAll, expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import type { RunEvent } from "../../shared/protocol.ts";
import type { BackendName } from "../../shared/task.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import { openSource } from "../data/open.ts";
import { Backbones } from "../features/backbones.ts";
import { NO_CACHE } from "../features/feature-cache.ts";
import { loadBackbones } from "../features/load-backbones.ts";
import { ModelLibrary } from "../pretrained/library.ts";
import { memoryShelf } from "../pretrained/store/memory-shelf.ts";
import { startTestBackend } from "../testing/backends.ts";
import { tf } from "../tf.ts";
import { decodeLoopState, type KeptLoop } from "../train/loop-state-file.ts";
import { Run, type RunCheckpoint, type RunSetup } from "./run.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const FILE: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "points.csv", label: "side", labelNoise: 0.1 },
  backbone: { id: "mlp", hidden: [4] },
  repeat: { k: 3, noises: [{ id: "gaussian", site: "input", stdDev: 0.3 }] },
  schedule: { id: "cosine", warmup: 0.1 },
  earlyStopping: { patience: 4 },
  batchSize: 10,
  epochs: 6,
};
const EXPERIMENT = parseExperiment(FILE);
const ROWS = Array.from({ length: 60 }, (_, i) => `${i},${(i * 7) % 11},${i % 3 === 0 ? "down" : "up"}`);
/** Of 36 training items in batches of ten. */
const BATCHES = 4;

let dataset: Dataset;
beforeAll(async () => {
  await startTestBackend("cpu");
  dataset = await opened(ROWS);
});

async function opened(rows: readonly string[]): Promise<Dataset> {
  const text = ["x,y,side", ...rows].join("\n");
  const source = await openSource({ kind: "text", name: "points.csv", text }, { skipBad: false, maxRows: 1000 }, WORK);
  return source.prepare(EXPERIMENT, WORK);
}

/** Backends that runs have asked to go on on. */
const askedFor: (BackendName | undefined)[] = [];

const runOf = (more: Partial<RunSetup> = {}) =>
  new Run({
    runId: "run",
    experiment: EXPERIMENT,
    dataset,
    settle: async (...model) => {
      askedFor.push(model[5]);
      const reason = model[5] ? "where the run was begun" : "the only one";
      return { name: "cpu", adapter: null, reason, figures: [{ name: "cpu", kind: "measured", msPerStep: 7 }] };
    },
    backbones: new Backbones(loadBackbones(new ModelLibrary(async () => memoryShelf())), NO_CACHE, () => "cpu"),
    ...more,
  });

/** Runs until it is cut off after a step and its checkpoint; what it is cut off from is left as it is. */
async function cutOff(after: number, more: Partial<RunSetup> = {}) {
  const kept: RunCheckpoint[] = [];
  const keep = async (checkpoint: RunCheckpoint) => void kept.push(checkpoint);
  const run = runOf({ ...more, keep });
  const checkpoints: RunEvent[] = [];
  for await (const event of run.events()) {
    if (event.kind === "started") run.control.act("pause");
    if (event.kind === "state" && event.state === "paused") run.control.act("step");
    if (event.kind === "checkpoint") checkpoints.push(event);
    if (event.kind === "checkpoint" && event.step === after) break;
  }
  const last = kept.at(-1) as RunCheckpoint;
  return { last, told: checkpoints.at(-1), from: decodeLoopState(last.bytes, "kept") };
}

async function whole(more: Partial<RunSetup> = {}) {
  const run = runOf(more);
  const events: RunEvent[] = [];
  for await (const event of run.events()) events.push(event);
  if (!run.result?.record) throw new Error("It has no result.");
  const { record, model, heldOut, history } = run.result;
  const { timing, resumedAt, ...rest } = record;
  return { events, timing, resumedAt, same: { record: rest, model, heldOut, history } };
}

test("a run that is cut off and gone on with comes to the same record, model and predictions", async () => {
  const before = tf.memory().numTensors;
  const plain = await whole();
  expect(plain.resumedAt).toEqual([]);
  expect(plain.same.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
  const { last, told, from } = await cutOff(2 * BATCHES + 3);
  expect(last).toMatchObject({ step: 11, totalSteps: 24, epoch: 3 });
  expect(told).toMatchObject({ step: 11, epoch: 3, bytes: last.bytes.byteLength });
  const resumed = await whole({ resume: from });
  expect(resumed.same).toEqual(plain.same);
  expect(resumed.resumedAt).toEqual([11]);
  expect(askedFor.at(-1)).toBe("cpu");
  // Cut off a second time, just behind an evaluation.
  const again = await cutOff(4 * BATCHES, { resume: from });
  expect(again.from.state.position).toEqual({ epoch: 5, batches: 0 });
  const twice = await whole({ resume: again.from });
  expect(twice.same).toEqual(plain.same);
  expect(twice.resumedAt).toEqual([11, 16]);
  expect(twice.timing.totalMs).toBeGreaterThan(again.from.state.times.totalMs);
  expect(tf.memory().numTensors).toBe(before);
});

test("what came before is told again, behind the word that it has started", async () => {
  const { from } = await cutOff(BATCHES + 1);
  const { events, same } = await whole({ resume: from });
  const told = events.filter(({ kind }) => kind !== "state" && kind !== "progress");
  expect(told.slice(0, 3)).toMatchObject([
    { kind: "started", totalSteps: 24 },
    { kind: "steps", steps: { length: 5 } },
    { kind: "epoch", epoch: { epoch: 1 } },
  ]);
  expect(told.flatMap((event) => (event.kind === "steps" ? event.steps : []))).toEqual(same.record.steps);
  expect(told.flatMap((event) => (event.kind === "epoch" ? [event.epoch] : []))).toEqual(same.record.epochs);
});

test("a checkpoint of another experiment or of other data is refused before anything is computed", async () => {
  const { from } = await cutOff(1);
  const fails = (resume: KeptLoop, more: Partial<RunSetup> = {}) => expect(whole({ resume, ...more })).rejects;
  const experiment = parseExperiment({ ...FILE, seed: 2 });
  await fails(from, { experiment }).toThrow('its experiment has another "seed"');
  const other = await opened(ROWS.toReversed());
  await fails(from, { dataset: other }).toThrow("its data set has other content");
});
