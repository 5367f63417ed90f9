import { beforeAll, describe, expect, test, vi } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import type { BackendFigure } from "../../shared/run-record.ts";
import { startTestBackend } from "../testing/backends.ts";
import { toyExperiment } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { Trainer } from "../train/trainer.ts";
import { BackendLease } from "./backend-lease.ts";
import { type Calibration, calibrate, confirmed, stepKey } from "./calibrate.ts";
import { chooseBackend } from "./choose-backend.ts";
import type { DataShape } from "./synthetic-data.ts";

const TABLE: DataShape = {
  input: { modality: "table", size: 4 },
  views: 0,
  scale: 1,
  numClasses: 3,
  stdDevs: [1, 0.5, 2, 1],
  emptyRow: null,
};

const of = (change: Partial<Calibration & { file: Partial<ExperimentFile> }> = {}): Calibration => ({
  experiment: toyExperiment({
    repeat: { k: 7, noises: [{ id: "gaussian", site: "input", stdDev: 3 }] },
    ...change.file,
  }),
  shape: TABLE,
  trainCounts: [3, 6, 2],
  steps: 100,
  candidates: ["wasm", "cpu"],
  signal: new AbortController().signal,
  ...change,
});

/** Sizes of all steps that are taken, on which backend, and how often. */
function countSteps() {
  const steps = new Map<string, number>();
  const real = Trainer.prototype.step;
  const spy = vi.spyOn(Trainer.prototype, "step").mockImplementation(function (this: Trainer, batch) {
    const size = `${tf.getBackend()} ${batch.items.length}x${this.experiment.repeat.k}`;
    steps.set(size, (steps.get(size) ?? 0) + 1);
    return real.call(this, batch);
  });
  return { steps, stop: () => spy.mockRestore() };
}

beforeAll(async () => {
  await startTestBackend("webgpu");
  await startTestBackend("wasm");
});

describe("calibrating", () => {
  test("takes small real steps first, then whole ones, on each backend, and leaves no tensors behind", async () => {
    await startTestBackend("cpu");
    const before = tf.memory().numTensors;
    const { steps, stop } = countSteps();
    const figures = await calibrate(of());
    stop();
    expect(tf.memory().numTensors).toBe(before);
    expect([...steps.keys()][0]).toBe("wasm 1x1");
    expect(steps.get("wasm 1x1")).toBeGreaterThan(2);
    expect(steps.get("cpu 1x1")).toBeGreaterThan(2);
    // Whole steps were timed where, and only where, a figure says so.
    for (const { name, kind } of figures) expect(steps.has(`${name} 5x7`)).toBe(kind === "measured");
    for (const figure of figures) expect("msPerStep" in figure && figure.msPerStep).toBeGreaterThan(0);
  });

  test("takes whole steps on a second backend only where small ones promise something", async () => {
    const { steps, stop } = countSteps();
    const convolutions: Partial<ExperimentFile> = {
      task: "image-classification",
      backbone: { id: "seed-cnn", channels1: 16, channels2: 16, dense: 64 },
      repeat: { k: 7 },
      batchSize: 32,
    };
    const input = { modality: "image", height: 28, width: 28, channels: 1 } as const;
    const shape = { ...TABLE, input, scale: 1 / 255, stdDevs: null };
    const [wasm, cpu] = await calibrate(of({ candidates: ["wasm", "cpu"], file: convolutions, shape }));
    stop();
    expect(["measured", "extrapolated"]).toContain(wasm?.kind);
    // Plain JavaScript takes some fifty times as long.
    expect(["at-least", "extrapolated"]).toContain(cpu?.kind);
    expect(steps.has("cpu 1x1")).toBe(true);
    expect(steps.has("cpu 32x7")).toBe(false);
  });

  test("measures a software adapter as well where it is suggested, and what compiles once compiles no more", async () => {
    const figures = await calibrate(of({ candidates: ["webgpu"] }));
    expect(figures[0]?.name).toBe("webgpu");
    expect(["measured", "extrapolated"]).toContain(figures[0]?.kind);
  });

  test("tells why a backend cannot take part, and turns to plain JavaScript where none can", async () => {
    const [webgl, cpu] = await calibrate(of({ candidates: ["webgl"] }));
    expect(webgl).toMatchObject({ kind: "failed", why: expect.stringMatching(/"webgl" could not be started/) });
    expect(cpu).toMatchObject({ name: "cpu", msPerStep: expect.any(Number) });
    const [full] = await calibrate(
      of({
        candidates: ["cpu"],
        file: { batchSize: 4096, repeat: { k: 64 }, backbone: { id: "mlp", hidden: [4096] } },
      }),
    );
    expect(full).toMatchObject({ kind: "failed", why: expect.stringMatching(/this backend holds/) });
  });

  test("stops between steps when it is called off", async () => {
    const controller = new AbortController();
    const { steps, stop } = countSteps();
    controller.abort();
    await expect(calibrate(of({ signal: controller.signal }))).rejects.toThrow(/stopped before its first step/);
    stop();
    expect(steps.size).toBe(0);
  });
});

describe("confirming", () => {
  const measured = (name: "wasm" | "webgl", msPerStep: number): BackendFigure => ({
    name,
    kind: "measured",
    msPerStep,
  });
  const guessed = (name: "webgl" | "webgpu", msPerStep: number): BackendFigure => ({
    name,
    kind: "extrapolated",
    msPerStep,
    rows: 6,
    ofRows: 256,
  });

  test("whoever would be chosen by a guess takes a whole step first, one after the other", async () => {
    const real = { webgl: 980, webgpu: 150 } as Record<string, number>;
    const asked: string[] = [];
    const figures = [measured("wasm", 190), guessed("webgl", 75), guessed("webgpu", 100)];
    const seen = await confirmed(figures, "wasm", async (name) => {
      asked.push(name);
      return { kind: "measured", msPerStep: real[name] as number };
    });
    expect(asked).toEqual(["webgl", "webgpu"]);
    expect(seen.map((figure) => "msPerStep" in figure && figure.msPerStep)).toEqual([190, 980, 150]);
  });

  test.each([
    ["it rests on a whole step", [measured("wasm", 50), guessed("webgl", 75)]],
    ["the step would take long", [measured("wasm", 9000), guessed("webgl", 5000)]],
    ["there is no rival", [guessed("webgl", 75), { name: "wasm", kind: "failed", why: "It broke." } as const]],
  ])("a choice stays as it is where %s", async (_, figures) => {
    const whole = vi.fn();
    expect(await confirmed(figures, "wasm", whole)).toEqual(figures);
    expect(whole).not.toHaveBeenCalled();
  });

  test("one that breaks at the whole step is chosen no more", async () => {
    const seen = await confirmed([measured("wasm", 190), guessed("webgl", 75)], "wasm", async () => ({
      kind: "failed",
      why: "Out of memory.",
    }));
    expect(chooseBackend(seen, "wasm")).toBe("wasm");
  });
});

describe("settling", () => {
  test("measures a step once, makes the choice current, and asks again for another step", async () => {
    await startTestBackend("wasm");
    const lease = new BackendLease(() => {});
    await lease.take("auto");
    const home = lease.home as "wasm";
    const figures: BackendFigure[] = [
      { name: home, kind: "measured", msPerStep: 20 },
      { name: "cpu", kind: "measured", msPerStep: 2 },
    ];
    const measure = vi.fn(async () => figures);
    expect(await lease.settle("a", measure)).toMatchObject({ name: "cpu", figures });
    expect(tf.getBackend()).toBe("cpu");
    await lease.settle("a", measure);
    expect(measure).toHaveBeenCalledTimes(1);
    figures[1] = { name: "cpu", kind: "failed", why: "It broke." };
    expect((await lease.settle("b", measure)).name).toBe(home);
    expect(tf.getBackend()).toBe(home);
    expect(measure).toHaveBeenCalledTimes(2);
    expect(measure).toHaveBeenLastCalledWith(expect.arrayContaining([home, "webgpu", "webgl"]));
  });

  test("a run that goes on stays where it was begun, whatever was chosen, and the next one is settled as ever", async () => {
    await startTestBackend("wasm");
    const lease = new BackendLease(() => {});
    await lease.take("auto");
    const home = lease.home as "wasm";
    expect(await lease.keepTo("cpu")).toMatchObject({ name: "cpu", reason: "where the run was begun", figures: [] });
    expect(tf.getBackend()).toBe("cpu");
    expect(lease.home).toBe(home);
    await lease.settle("a", async () => [{ name: home, kind: "measured", msPerStep: 1 }]);
    expect(tf.getBackend()).toBe(home);
    await lease.take(home);
    expect((await lease.keepTo("cpu")).name).toBe("cpu");
    expect(await lease.take(home)).toMatchObject({ name: home, reason: "chosen by you" });
    expect(tf.getBackend()).toBe(home);
  });

  test("where it was begun cannot be had, it says so and nothing changes", async () => {
    await startTestBackend("wasm");
    const lease = new BackendLease(() => {});
    const { name } = await lease.take("auto");
    await expect(lease.keepTo("webgl")).rejects.toThrow(/^The run was begun on WebGL, which cannot be started/);
    expect(tf.getBackend()).toBe(name);
    expect(await lease.current()).toMatchObject({ name });
  });

  test("a choice made by hand is not measured, and a failed measurement leaves the former backend", async () => {
    const lease = new BackendLease(() => {});
    await lease.take("cpu");
    const fail = async (): Promise<never> => {
      await startTestBackend("wasm");
      throw new Error("called off");
    };
    expect(await lease.settle("a", fail)).toMatchObject({ name: "cpu", reason: "chosen by you", figures: [] });
    await lease.take("auto");
    const home = tf.getBackend();
    await expect(lease.settle("a", fail)).rejects.toThrow("called off");
    expect(tf.getBackend()).toBe(home);
  });

  test("steps are told apart by what decides their time, not by seed, data or epochs", () => {
    const key = (change: Partial<ExperimentFile>, steps = 100) => stepKey(toyExperiment(change), TABLE, steps);
    expect(
      key({ seed: 7, epochs: 3, data: { train: "other.csv" }, optimizer: { id: "adam", learningRate: 0.5 } }),
    ).toBe(key({}));
    expect(key({ batchSize: 6 })).not.toBe(key({}));
    expect(key({ repeat: { k: 9 } })).not.toBe(key({}));
    expect(key({ optimizer: { id: "sgd" } })).not.toBe(key({ optimizer: { id: "adam" } }));
    expect(key({}, 10_000)).not.toBe(key({}));
  });
});
