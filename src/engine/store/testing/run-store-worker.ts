import { parseExperiment } from "../../../shared/experiment.ts";
import type { RunRecord } from "../../../shared/run-record.ts";
import { openRunStore } from "../open-run-store.ts";
import type { RunStore } from "../run-store.ts";

declare const self: DedicatedWorkerGlobalScope;

/** What the browser test has this worker do with the store that the browser gives. */
type Call =
  | { readonly type: "read" }
  | { readonly type: "begin" | "resume"; readonly runId: string }
  /** A checkpoint of so many bytes, each the step's. */
  | { readonly type: "checkpoint"; readonly runId: string; readonly step: number; readonly bytes: number }
  /** Checkpoints without end, told one by one as they are committed. */
  | { readonly type: "checkpoints"; readonly runId: string; readonly bytes: number }
  /** The step of a checkpoint's every byte; null where there is none. */
  | { readonly type: "step"; readonly runId: string }
  /** Runs from begin to end, every other one deleted, with weights that all share. */
  | { readonly type: "runs"; readonly name: string; readonly count: number }
  /** Names of the weights of all runs that have ended. */
  | { readonly type: "weights" }
  | { readonly type: "hashes" }
  | { readonly type: "hash"; readonly runId: string; readonly blob: "record" | "model" | "checkpoint" }
  /** How often another tab changed something. */
  | { readonly type: "told" };

let told = 0;
let opening: Promise<RunStore> | null = null;
const opened = (): Promise<RunStore> => {
  opening ??= openRunStore(() => {
    told += 1;
  });
  return opening;
};

const EXPERIMENT = parseExperiment({ version: 1, task: "tabular-classification", data: { train: "sample:iris" } });

const RECORD = {
  version: 1,
  status: "finished",
  stoppedEarly: false,
  software: { refrain: "0", tfjs: "0" },
  experiment: EXPERIMENT,
  backend: { name: "cpu", adapter: null, reason: "a test", figures: [] },
  dataset: { classes: ["a", "b"], train: 2, validation: 0, test: 0, sha256: "00" },
  model: { parameters: 1, trainableParameters: 1 },
  pretrained: null,
  steps: [{ step: 1, epoch: 1, loss: 0.5 }],
  epochs: [],
  test: null,
  testPooled: null,
  calibration: null,
  timing: { totalMs: 1, trainMs: 1, msPerStep: 1, firstStepMs: 1 },
} as unknown as RunRecord;

const begin = (store: RunStore, runId: string) =>
  store.runs.begin({
    runId,
    name: runId,
    backend: "auto",
    experiment: EXPERIMENT,
    source: { name: "iris", contentId: "sample:iris" },
    sweep: null,
    startedAt: new Date().toISOString(),
  });

const checkpoint = (store: RunStore, runId: string, step: number, bytes: number) =>
  store.runs.keepCheckpoint(runId, new Uint8Array(bytes).fill(step), {
    step,
    totalSteps: 255,
    epoch: 1,
    at: new Date().toISOString(),
  });

async function answer(call: Call): Promise<unknown> {
  const store = await opened();
  if (!store.kept.lasting) throw new Error("This browser has no lasting storage.");
  switch (call.type) {
    case "read":
      return store.read();
    case "begin":
      return begin(store, call.runId);
    case "resume":
      return store.runs.resume(call.runId);
    case "checkpoint":
      return checkpoint(store, call.runId, call.step, call.bytes);
    case "checkpoints":
      for (let step = 1; ; step = (step % 255) + 1) {
        await checkpoint(store, call.runId, step, call.bytes);
        self.postMessage({ step });
      }
    case "step": {
      const bytes = await store.runs.checkpoint(call.runId);
      if (bytes === null) return null;
      if (bytes.some((byte) => byte !== bytes[0])) throw new Error("The checkpoint is mixed of two.");
      return bytes[0];
    }
    case "runs":
      return trainAll(store, call.name, call.count);
    case "weights": {
      const { runs } = await store.read();
      const ended = runs.filter(({ status }) => status === "finished");
      const texts = ended.map(async ({ runId }) => {
        await store.runs.record(runId);
        return `${runId}: ${new TextDecoder().decode((await store.runs.model(runId)) ?? new Uint8Array())}`;
      });
      return (await Promise.all(texts)).sort();
    }
    case "hashes":
      return store.kept.parts.blobs.shelf.hashes();
    case "hash":
      return (await store.runs.get(call.runId)).blobs[call.blob]?.hash;
    case "told":
      return told;
    default:
      return call satisfies never;
  }
}

async function trainAll(store: RunStore, name: string, count: number): Promise<void> {
  const model = new TextEncoder().encode("shared weights");
  for (let i = 0; i < count; i++) {
    const runId = `${name}-${i}`;
    await begin(store, runId);
    await checkpoint(store, runId, i + 1, 1000);
    await store.runs.finish(runId, { record: RECORD, model, predictions: null });
    if (i % 2 === 1) await store.runs.remove([runId], new Date());
    if (i === count - 1) await store.purge();
  }
}

self.onmessage = async ({ data: { id, call } }: MessageEvent<{ id: number; call: Call }>) => {
  try {
    self.postMessage({ id, value: await answer(call) });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
};
