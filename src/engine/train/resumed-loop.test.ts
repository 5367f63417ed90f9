import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import type { RunEvent } from "../../shared/protocol.ts";
import { device } from "../gpu.ts";
import { startTestBackend } from "../testing/backends.ts";
import { type LoopRun, runLoop, type Watching } from "../testing/loop-run.ts";
import { toyExperiment } from "../testing/toy.ts";
import { ALL_WAYS, type Way } from "../testing/ways.ts";
import { tf } from "../tf.ts";
import type { LoopState } from "./loop-state.ts";
import { decodeLoopState, encodeLoopState } from "./loop-state-file.ts";
import type { RunOrigin } from "./run-origin.ts";

const CHANGE: Partial<ExperimentFile> = {
  repeat: { k: 3, noises: [{ id: "gaussian", site: "features", stdDev: 0.5 }] },
  optimizer: { id: "adam", learningRate: 0.02 },
  epochs: 4,
};
/** Of eight items in batches of three, or of two groups of two. */
const BATCHES = 3;

/** A run that is to be cut off, and what it is given. */
interface Case {
  readonly name: string;
  readonly change?: Partial<ExperimentFile>;
  readonly watching?: Partial<Watching>;
}

const CASES: readonly Case[] = [
  { name: "noise at the features" },
  {
    name: "a schedule, clipping, weight decay, dropout and early stopping",
    change: {
      head: { hidden: [5] },
      repeat: { k: 3, noises: [{ id: "dropout", site: "hidden", rate: 0.4 }] },
      schedule: { id: "cosine", warmup: 0.2 },
      optimizer: { id: "adamw", learningRate: 0.05, weightDecay: 0.1 },
      clipNorm: 0.5,
      earlyStopping: { patience: 2 },
    },
  },
  {
    name: "stopped early",
    change: {
      epochs: 100,
      optimizer: { id: "sgd", learningRate: 0.5, momentum: 0.5 },
      seed: 4,
      earlyStopping: { patience: 2 },
    },
  },
  {
    name: "groups of two",
    change: { batchSize: 4, repeat: { k: 3, groupSize: 2, noises: [{ id: "gaussian", site: "input", stdDev: 1 }] } },
  },
  { name: "a bank of views", watching: { views: 4 } },
  { name: "no validation set", watching: { withValidation: false } },
];

const ORIGIN: RunOrigin = {
  experiment: toyExperiment(),
  dataset: "abc",
  commit: null,
  backend: { name: "cpu", adapter: null, reason: "", figures: [] },
};

/** What a run comes to, its times aside. */
const outcome = ({ result, theta }: LoopRun) => {
  const { times: _, resumedAt: __, ...rest } = result;
  return { ...rest, theta };
};

/** A whole run, and its state at all places where it can be cut off that are looked for. */
async function watched({ change, watching }: Case, { options }: Way, wanted: (state: LoopState) => boolean) {
  const kept: Uint8Array[] = [];
  const states: LoopState[] = [];
  const run = await runLoop(
    { ...CHANGE, ...change },
    {
      ...watching,
      options,
      // Asked for after every step, and, since a paused loop tells at once, after every evaluation.
      afterStep: (step, _, control) => {
        control("checkpoint");
        if (step % BATCHES === 0) control("pause");
      },
      act: (event, _, control) => {
        if (event.kind === "epoch") control("checkpoint");
        if (event.kind === "state" && event.state === "paused") control("resume");
      },
      loop: {
        keep: async (state) => {
          if (!wanted(state)) return 0;
          states.push(state);
          kept.push(encodeLoopState({ state, origin: ORIGIN }));
          return kept.at(-1)?.length ?? 0;
        },
      },
    },
  );
  return { run, kept, states };
}

const goOn = ({ change, watching }: Case, { options }: Way, file: Uint8Array) =>
  runLoop({ ...CHANGE, ...change }, { ...watching, options, loop: { from: decodeLoopState(file, "kept").state } });

const [CPU, ...OTHERS] = ALL_WAYS as [Way, ...Way[]];

afterEach(() => expect(tf.memory().numTensors).toBe(0));

describe("on the cpu a loop that is cut off comes to exactly what it would have", () => {
  beforeAll(() => startTestBackend("cpu"));

  test.each(CASES)("wherever it is cut off: $name", async (which) => {
    const plain = await runLoop({ ...CHANGE, ...which.change }, { ...which.watching });
    const { run, kept, states } = await watched(which, CPU, () => true);
    expect(outcome(run)).toEqual(outcome(plain));
    const places = states.map(({ position }) => `${position.epoch}:${position.batches}`);
    for (const place of ["1:1", `1:${BATCHES}`, "2:0", "2:2"]) expect(places).toContain(place);
    expect(places.at(-1)).toBe(`${run.result.epochs.length + 1}:0`);
    for (const [i, file] of kept.entries()) {
      const resumed = await goOn(which, CPU, file);
      expect(outcome(resumed)).toEqual(outcome(plain));
      expect(resumed.result.resumedAt).toEqual([states[i]?.checkpoint.step]);
    }
  });

  test("also a second time, and says where", async () => {
    const which = CASES[2] as Case;
    const { run, kept } = await watched(which, CPU, ({ position }) => position.epoch === 2 && position.batches === 1);
    expect(run.result.stoppedEarly).toBe(true);
    const again: Uint8Array[] = [];
    const loop = {
      from: decodeLoopState(kept[0] as Uint8Array, "kept").state,
      keep: async (state: LoopState) => again.push(encodeLoopState({ state, origin: ORIGIN })),
    };
    await runLoop(
      { ...CHANGE, ...which.change },
      { loop, afterStep: (step, _, control) => step === 8 && control("checkpoint") },
    );
    const twice = await goOn(which, CPU, again[0] as Uint8Array);
    expect(outcome(twice)).toEqual(outcome(run));
    expect(twice.result.resumedAt).toEqual([4, 8]);
    expect(twice.result.times.totalMs).toBeGreaterThan(twice.result.times.trainMs);
  });

  test("tells all of before first, then what is new, every step and epoch once", async () => {
    const { kept } = await watched(CASES[0] as Case, CPU, ({ checkpoint }) => checkpoint.step === 5);
    const { events, result } = await goOn(CASES[0] as Case, CPU, kept[0] as Uint8Array);
    const told = events.flatMap((event: RunEvent) => (event.kind === "steps" ? event.steps : []));
    expect(told).toEqual(result.steps);
    expect(told.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(events[0]).toMatchObject({ kind: "steps", steps: { length: 5 } });
    expect(events[1]).toMatchObject({ kind: "epoch", epoch: { epoch: 1 } });
    expect(events.flatMap((event) => (event.kind === "epoch" ? [event.epoch] : []))).toEqual(result.epochs);
  });
});

// The same programs run on the same numbers, so that nothing rounds otherwise.
describe.each(OTHERS)("a loop of $way steps comes to exactly what it would have", (way) => {
  beforeAll(() => startTestBackend("webgpu"));

  test("in mid-epoch and at both sides of an evaluation", async () => {
    const which = CASES[1] as Case;
    const wanted = ({ position: { epoch, batches } }: LoopState) =>
      (epoch === 2 && batches > 1) || (epoch === 3 && batches === 0);
    const { run, kept } = await watched(which, way, wanted);
    expect(kept).toHaveLength(3);
    for (const file of kept) expect(outcome(await goOn(which, way, file))).toEqual(outcome(run));
  });
});

describe.each(OTHERS.filter(({ way }) => way === "captured" || way === "fused"))(
  "so does a loop of $way steps",
  (way) => {
    beforeAll(() => startTestBackend("webgpu"));

    test("on a new device, after the one that it was on is lost", async () => {
      const kept: Uint8Array[] = [];
      const change = { ...CHANGE, ...CASES[1]?.change };
      const run = await runLoop(change, { options: way.options });
      const lost = runLoop(change, {
        options: way.options,
        afterStep: (step, _, control) => {
          if (step === 5) control("checkpoint");
          if (step === 7) device().destroy();
        },
        loop: { keep: async (state) => kept.push(encodeLoopState({ state, origin: ORIGIN })) },
      });
      await expect(lost).rejects.toMatchObject({ name: "DeviceLostError" });
      await startTestBackend("webgpu");
      expect(outcome(await goOn(CASES[1] as Case, way, kept[0] as Uint8Array))).toEqual(outcome(run));
    });
  },
);
