import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { RunEvent } from "../../shared/protocol.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { type Act, type AfterStep, runLoop } from "../testing/loop-run.ts";
import { tf } from "../tf.ts";

const pausedAt = (events: RunEvent[]) =>
  events.flatMap((event) => (event.kind === "state" && event.state === "paused" ? [event.detail] : []));

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));
  afterEach(() => expect(tf.memory().numTensors).toBe(0));

  test("tells every step once, in order, and an epoch with its scores", async () => {
    const { events, result } = await runLoop({ epochs: 4 });
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
    const { result } = await runLoop({ epochs: 30, optimizer: { id: "adam", learningRate: 0.03 } });
    const first = result.steps.slice(0, 3).reduce((sum, { loss }) => sum + loss / 3, 0);
    expect(result.epochs[0]?.trainLoss).toBeCloseTo(first, 5);
    expect(result.epochs.at(-1)?.trainLoss).toBeLessThan(first / 2);
  });

  test("without a validation set its figures are null", async () => {
    const { result } = await runLoop({ epochs: 1 }, { withValidation: false });
    expect(result.epochs[0]).toMatchObject({
      validationLoss: null,
      validationAccuracy: null,
      validationConfusionMatrix: null,
    });
  });

  test("holds no more tensors at the end than after its second epoch", async () => {
    const heldAfter = async (epochs: number) => {
      let held = 0;
      const act: Act = (event) => {
        if (event.kind === "epoch") held = tf.memory().numTensors;
      };
      await runLoop({ epochs }, { act });
      return held;
    };
    expect(await heldAfter(7)).toBe(await heldAfter(2));
  });

  test("epochs shorter than the time between two tellings are read together", async () => {
    const reads: string[] = [];
    // No time goes by, however slow the machine is.
    const clock = vi.spyOn(performance, "now").mockReturnValue(0);
    const { events } = await runLoop({ epochs: 40 }, { act: (event) => reads.push(event.kind) });
    clock.mockRestore();
    const tellings = reads.filter((kind, i) => kind === "epoch" && reads[i - 1] !== "epoch").length;
    expect(tellings).toBeLessThan(20);
    const epochs = events.flatMap((event) => (event.kind === "epoch" ? [event.epoch.epoch] : []));
    expect(epochs).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  test("pauses, takes single steps, resumes, and ends as if nothing had been", async () => {
    const plain = await runLoop({ epochs: 3 });
    let pauses = 0;
    const afterStep: AfterStep = (step, _, control) => {
      if (step === 3) control("pause");
    };
    const act: Act = (event, _, control) => {
      if (event.kind !== "state" || event.state !== "paused") return;
      pauses += 1;
      control(pauses < 3 ? "step" : "resume");
    };
    const { events, result, theta } = await runLoop({ epochs: 3 }, { act, afterStep });
    expect(pausedAt(events)).toEqual(["paused before step 4", "paused before step 5", "paused before step 6"]);
    expect(result.steps).toEqual(plain.result.steps);
    expect(theta).toEqual(plain.theta);
  });

  test("stops at once, also out of a pause, and keeps what was done", async () => {
    const afterStep: AfterStep = (step, _, control) => {
      if (step === 6) control("pause");
    };
    const act: Act = (event, _, control) => {
      if (event.kind === "state" && event.state === "paused") control("stop");
    };
    const { result } = await runLoop({ epochs: 50 }, { act, afterStep });
    expect(result.status).toBe("stopped");
    expect(result.steps).toHaveLength(6);
    expect(result.epochs).toHaveLength(2);
  });

  test("early stopping ends it and goes back to the best weights", async () => {
    const change = { epochs: 200, optimizer: { id: "sgd", learningRate: 0.5 }, seed: 4 } as const;
    const patient = await runLoop({ ...change, earlyStopping: { patience: 3 } });
    expect(patient.result.stoppedEarly).toBe(true);
    const losses = patient.result.epochs.map(({ validationLoss }) => validationLoss as number);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(losses).toHaveLength(best + 3);
    const until = await runLoop({ ...change, epochs: best });
    expect(patient.theta).toEqual(until.theta);
  });

  test("a loss that is no number any more is an error that names the step and what to do", async () => {
    const afterStep: AfterStep = (step, trainer) => {
      const { layout } = trainer;
      if (step === 3) trainer.restore(layout.unflatten(new Float32Array(layout.size).fill(Number.NaN)));
    };
    await expect(runLoop({ epochs: 3 }, { afterStep })).rejects.toThrow(
      "The loss of step 4 is NaN: training diverged. Lower the learning rate, or clip the gradient.",
    );
  });
});
