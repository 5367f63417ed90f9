import { beforeAll, expect, test } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import { startTestBackend } from "../testing/backends.ts";
import { toyExperiment } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { type Calibration, calibrate } from "./calibrate.ts";

beforeAll(async () => {
  await startTestBackend("wasm");
  await startTestBackend("webgpu");
});

const HEAD = parseExperiment({
  version: 1,
  task: "text-classification",
  data: { train: "a.csv" },
  backbone: { id: "use-lite" },
  head: { hidden: [128] },
  repeat: { k: 8, noises: [{ id: "gaussian", site: "features", stdDev: 0.1 }] },
  batchSize: 32,
});

test("trial", async () => {
  const shape = {
    input: { modality: "features", size: 64 },
    views: 0,
    scale: 1,
    numClasses: 10,
    stdDevs: null,
    emptyRow: null,
  } as const;
  const of: Calibration = {
    experiment: HEAD,
    shape,
    trainCounts: null,
    candidates: ["wasm", "webgpu", "webgl", "cpu"],
    signal: new AbortController().signal,
  };
  for (let i = 0; i < 3; i++) {
    const before = tf.memory().numTensors;
    const t = performance.now();
    const figures = await calibrate(of);
    console.log(performance.now() - t, figures, before, tf.memory().numTensors);
  }
});
