import { beforeAll, expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import type { RunEvent } from "../../shared/protocol.ts";
import type { Work } from "../data/dataset.ts";
import { startTestBackend } from "../testing/backends.ts";
import { tf } from "../tf.ts";
import { Session } from "./session.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const FILE: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "points.csv", label: "side" },
  repeat: { k: 3, noises: [{ id: "gaussian", site: "input", stdDev: 0.5 }] },
  aggregate: { level: "loss" },
  epochs: 5,
};
const EXPERIMENT = parseExperiment(FILE);
/** Noise in the labels keeps the model from being right throughout. */
const ROWS = Array.from(
  { length: 90 },
  (_, i) => `${(i % 7) - 3},${((i * 5) % 11) / 2},${(i % 7) + ((i * 13) % 5) > 5 ? "up" : "down"}`,
);
const SUBJECT = { experiment: EXPERIMENT, runId: "first", draw: 0 };

beforeAll(() => startTestBackend("cpu"));

/** Trains once; `during` is called when the first steps are told, and then the run is a long one. */
async function trained(during: ((session: Session) => void) | null = null) {
  let end: (event: RunEvent) => void = () => {};
  const ended = new Promise<RunEvent>((resolve) => {
    end = resolve;
  });
  let called = false;
  const session = new Session((_, event) => {
    if (event.kind === "steps" && !called) {
      called = true;
      during?.(session);
    }
    if (event.kind === "ended" || event.kind === "failed") end(event);
  });
  const source = { kind: "text", name: "points.csv", text: ["x,y,side", ...ROWS].join("\n") } as const;
  await session.handlers["data.open"]({ source, skipBad: false }, WORK);
  const experiment = during ? { ...EXPERIMENT, epochs: 400 } : EXPERIMENT;
  await session.handlers["train.start"]({ runId: "first", experiment, backend: "cpu", keep: null }, WORK);
  const event = await ended;
  if (event.kind !== "ended") throw new Error("The run has failed.");
  return { session, record: event.record };
}

test("the record's calibration is the panel's, and a temperature never changes the accuracy", async () => {
  const { session, record } = await trained();
  const ask = (split: "validation" | "test") => session.handlers["method.calibration"]({ runId: "first", split }, WORK);
  const [validation, held] = [await ask("validation"), await ask("test")];
  expect(validation.temperature).toBeCloseTo(record.calibration?.temperature as number, 6);
  expect(held.temperature).toBe(validation.temperature);
  expect(validation.after?.loss as number).toBeLessThan(validation.before.loss);
  expect(held.before.accuracy).toBeCloseTo(record.test?.accuracy as number, 10);
  expect(held.after?.accuracy).toBe(held.before.accuracy);
  expect(held.before.expectedCalibrationError).toBeCloseTo(record.test?.expectedCalibrationError as number, 6);
  expect(record.calibration?.test?.after.expectedCalibrationError).toBeCloseTo(
    held.after?.expectedCalibrationError as number,
    6,
  );
  expect(held.before.bins.reduce((sum, { count }) => sum + count, 0)).toBe(record.dataset.test);
});

test("while a run trains the test items and the gradient are refused, and the live weights are looked at", async () => {
  const asked: Promise<unknown>[] = [];
  const { session } = await trained((training) => {
    asked.push(
      expect(training.handlers["method.inference"]({ runId: "first", split: "test" }, WORK)).rejects.toThrow(
        /stay untouched/,
      ),
      expect(
        training.handlers["method.gradient"]({ ...SUBJECT, plan: [{ k: 1, draws: 2 }], items: 4 }, WORK),
      ).rejects.toThrow(/A run is training/),
      training.handlers["method.jensen"]({ ...SUBJECT, split: "train", items: 8 }, WORK),
    );
  });
  const during = (await Promise.all(asked))[2];
  expect(during).toMatchObject({ items: 8, k: 3, trained: true });
  const after = await session.handlers["method.jensen"]({ ...SUBJECT, split: "train", items: 8 }, WORK);
  expect(after.mean.loss).not.toBe((during as typeof after).mean.loss);
  const untrained = await session.handlers["method.jensen"](
    { ...SUBJECT, runId: null, split: "train", items: 8 },
    WORK,
  );
  expect(untrained.trained).toBe(false);
});

test("every call answers on a finished run and leaves the device as it was", async () => {
  const { session, record } = await trained();
  const before = tf.memory().numTensors;
  const grid = await session.handlers["method.inference"]({ runId: "first", split: "test" }, WORK);
  expect(grid.clean.accuracy).toBeCloseTo(record.test?.accuracy as number, 10);
  // Trained at the level `loss`, where prediction pools probabilities: every pooling fits.
  expect(grid.rows).toHaveLength(7);
  await session.handlers["method.gradient"]({ ...SUBJECT, plan: [{ k: 1, draws: 2 }], items: 4 }, WORK);
  const wish = { x: "x", y: "y", at: "typical", passes: "pooled", size: 6, points: 500 } as const;
  const boundary = await session.handlers["method.boundary"]({ ...SUBJECT, ...wish }, WORK);
  expect(boundary.points).toHaveLength(record.dataset.train);
  expect(boundary.classes).toHaveLength(36);
  expect(tf.memory().numTensors).toBe(before);
});
