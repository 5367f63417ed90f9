import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import type { ControlAction, RunEvent } from "../../shared/protocol.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { RunControl } from "./control.ts";
import { type LoopResult, trainLoop } from "./loop.ts";
import type { Trainer } from "./trainer.ts";

const NUM_TRAIN = 8;
const loopData = (labels: Int32Array, withValidation = true) => ({
  train: Int32Array.from({ length: NUM_TRAIN }, (_, i) => i),
  validation: withValidation ? Int32Array.of(8, 9, 10) : new Int32Array(),
  labels,
  classes: ["a", "b", "c"],
});

type Act = (event: RunEvent, trainer: Trainer, control: (action: ControlAction) => void) => unknown;

/** Runs a loop to its end; `act` sees every event and may answer with controls. */
async function run(
  change: Partial<ExperimentFile>,
  act: Act = () => {},
  withValidation = true,
): Promise<{ events: RunEvent[]; result: LoopResult; theta: number[] }> {
  const data = toyData();
  const trainer = toyTrainer(toyExperiment({ batchSize: 3, ...change }), data);
  const control = new RunControl();
  const events: RunEvent[] = [];
  const loop = trainLoop(trainer, loopData(data.data.labels, withValidation), control);
  try {
    for (;;) {
      const next = await loop.next();
      if (next.done) {
        const theta = Object.values(await trainer.read()).flatMap(({ values }) => [...values]);
        return { events, result: next.value, theta };
      }
      events.push(next.value);
      await act(next.value, trainer, (action) => control.act(action));
    }
  } finally {
    trainer.dispose();
    data.dispose();
  }
}

const pausedAt = (events: RunEvent[]) =>
  events.flatMap((event) => (event.kind === "state" && event.state === "paused" ? [event.detail] : []));

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));
  afterEach(() => expect(tf.memory().numTensors).toBe(0));

  test("tells every step once, in order, and an epoch with its scores", async () => {
    const { events, result } = await run({ epochs: 4 });
    expect(result.steps.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(result.steps.map(({ epoch }) => epoch)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    const told = events.flatMap((event) => (event.kind === "steps" ? event.steps : []));
    expect(told).toEqual(result.steps);
    const epochs = events.flatMap((event) => (event.kind === "epoch" ? [event.epoch] : []));
    expect(epochs).toEqual(result.epochs);
    expect(epochs).toHaveLength(4);
    for (const epoch of epochs) {
      const counted = epoch.validationConfusionMatrix?.flat().reduce((a, b) => a + b, 0);
      expect(counted).toBe(3);
      const diagonal = epoch.validationConfusionMatrix?.reduce((sum, row, i) => sum + (row[i] as number), 0) ?? 0;
      expect(epoch.validationAccuracy).toBeCloseTo(diagonal / 3);
    }
    expect(result.status).toBe("finished");
  });

  test("the training loss of an epoch is the mean over its steps, and falls", async () => {
    const { result } = await run({ epochs: 30, optimizer: { id: "adam", learningRate: 0.03 } });
    const first = result.steps.slice(0, 3).reduce((sum, { loss }) => sum + loss / 3, 0);
    expect(result.epochs[0]?.trainLoss).toBeCloseTo(first, 5);
    expect(result.epochs.at(-1)?.trainLoss).toBeLessThan(first / 2);
  });

  test("without a validation set its figures are null", async () => {
    const { result } = await run({ epochs: 1 }, undefined, false);
    expect(result.epochs[0]).toMatchObject({
      validationLoss: null,
      validationAccuracy: null,
      validationConfusionMatrix: null,
    });
  });

  test("holds no more tensors and bytes at the end than after its second epoch", async () => {
    const counts: number[] = [];
    await run({ epochs: 5 }, (event) => {
      if (event.kind === "epoch") counts.push(tf.memory().numTensors);
    });
    expect(new Set(counts.slice(1)).size).toBe(1);
  });

  test("pauses, takes single steps, resumes, and ends as if nothing had been", async () => {
    const plain = await run({ epochs: 3 });
    let pauses = 0;
    const { events, result, theta } = await run({ epochs: 3 }, (event, _, control) => {
      if (event.kind === "epoch" && event.epoch.epoch === 1) control("pause");
      if (event.kind === "state" && event.state === "paused") {
        pauses += 1;
        control(pauses < 3 ? "step" : "resume");
      }
    });
    expect(pausedAt(events)).toEqual(["paused before step 4", "paused before step 5", "paused before step 6"]);
    expect(result.steps).toEqual(plain.result.steps);
    expect(theta).toEqual(plain.theta);
  });

  test("stops at once, also out of a pause, and keeps what was done", async () => {
    const { result } = await run({ epochs: 50 }, (event, _, control) => {
      if (event.kind === "epoch" && event.epoch.epoch === 2) control("pause");
      if (event.kind === "state" && event.state === "paused") control("stop");
    });
    expect(result.status).toBe("stopped");
    expect(result.steps).toHaveLength(6);
    expect(result.epochs).toHaveLength(2);
  });

  test("early stopping ends it and goes back to the best weights", async () => {
    const change = { epochs: 200, optimizer: { id: "sgd", learningRate: 0.5 }, seed: 4 } as const;
    const patient = await run({ ...change, earlyStopping: { patience: 3 } });
    expect(patient.result.stoppedEarly).toBe(true);
    const losses = patient.result.epochs.map(({ validationLoss }) => validationLoss as number);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(losses).toHaveLength(best + 3);
    const until = await run({ ...change, epochs: best });
    expect(patient.theta).toEqual(until.theta);
  });

  test("a loss that is no number any more is an error that names the step and what to do", async () => {
    const overflow = async (event: RunEvent, trainer: Trainer) => {
      if (event.kind !== "epoch") return;
      const params = await trainer.read();
      for (const { values } of Object.values(params)) values.fill(Number.NaN);
      trainer.restore(params);
    };
    await expect(run({ epochs: 3 }, overflow)).rejects.toThrow(
      "The loss of step 4 is NaN: training diverged. Lower the learning rate, or clip the gradient.",
    );
  });
});
