import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { RunEvent } from "../../shared/protocol.ts";
import { startTestBackend } from "../testing/backends.ts";
import { runLoop, type Watching } from "../testing/loop-run.ts";
import { tf } from "../tf.ts";
import { CheckpointCadence } from "./checkpoint-cadence.ts";
import type { LoopState } from "./loop-state.ts";

beforeAll(() => startTestBackend("cpu"));
afterEach(() => {
  vi.restoreAllMocks();
  expect(tf.memory().numTensors).toBe(0);
});

/** A clock that shows what it is told; every step takes so long, every checkpoint costs so much. */
async function timed(msAStep: number, costMs: number, epochs: number, watching: Partial<Watching> = {}) {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const kept: number[] = [];
  const run = await runLoop(
    { epochs },
    {
      ...watching,
      afterStep: (...step) => {
        now += msAStep;
        watching.afterStep?.(...step);
      },
      loop: {
        keep: async ({ checkpoint }) => {
          now += costMs;
          return kept.push(checkpoint.step);
        },
      },
    },
  );
  return { ...run, kept };
}

const kinds = (events: RunEvent[]) => events.filter(({ kind }) => kind === "checkpoint" || kind === "not-kept");

test("the first comes after a second, and then one every three", async () => {
  const { kept, events } = await timed(100, 1, 40);
  expect(kept).toEqual([10, 40, 70, 100]);
  expect(kinds(events)[1]).toMatchObject({ kind: "checkpoint", step: 40, epoch: 14, bytes: 2 });
  expect(new Date((kinds(events)[1] as { at: string }).at).getTime()).not.toBeNaN();
});

test("they never take more than a twentieth of the time", async () => {
  const { kept } = await timed(100, 500, 120);
  // 19 times half a second between two.
  expect(kept).toEqual([10, 105, 200, 295]);
  const cadence = new CheckpointCadence(0);
  cadence.made(2000, 5000);
  expect([cadence.isDue(42_999), cadence.isDue(43_000)]).toEqual([false, true]);
});

test("one is made at every pause and every single step, once in a place, and whenever it is asked for", async () => {
  let pauses = 0;
  const { kept } = await timed(1, 0, 4, {
    afterStep: (step, _, control) => {
      if (step === 2) control("pause");
      if (step === 9) control("checkpoint");
    },
    act: (event, _, control) => {
      if (event.kind !== "state" || event.state !== "paused") return;
      pauses += 1;
      // Asked for where it is made anyway.
      control("checkpoint");
      control(pauses < 3 ? "step" : "resume");
    },
  });
  expect(kept).toEqual([2, 3, 4, 9]);
});

test("where one cannot be kept the run says so and goes on, and a later one is kept", async () => {
  const states: LoopState[] = [];
  const plain = await runLoop({ epochs: 3 });
  const run = await runLoop(
    { epochs: 3 },
    {
      afterStep: (step, _, control) => {
        if (step === 4 || step === 8) control("checkpoint");
      },
      loop: {
        keep: async (state) => {
          if (state.checkpoint.step === 4) throw new Error("The disk is full.");
          states.push(state);
          return 77;
        },
      },
    },
  );
  expect(kinds(run.events)).toMatchObject([
    { kind: "not-kept", message: "The disk is full." },
    { kind: "checkpoint", step: 8, bytes: 77 },
  ]);
  expect(run.theta).toEqual(plain.theta);
  expect(states).toMatchObject([{ position: { epoch: 3, batches: 2 }, steps: { length: 8 }, epochs: { length: 2 } }]);
});

test("time that a run stands still is none of its time", async () => {
  const states: LoopState[] = [];
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const { result } = await runLoop(
    { epochs: 2 },
    {
      afterStep: (step, _, control) => {
        now += 10;
        if (step === 3) control("pause");
      },
      act: (event, _, control) => {
        if (event.kind !== "checkpoint") return;
        now += 5000;
        control("resume");
      },
      loop: { keep: async (state) => states.push(state), began: -7 },
    },
  );
  expect(states[0]?.times).toEqual({ trainMs: 30, totalMs: 37, firstStepMs: 10 });
  expect(result.times).toEqual({ trainMs: 60, totalMs: 67, firstStepMs: 10 });
});
