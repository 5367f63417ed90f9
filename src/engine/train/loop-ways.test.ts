import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import type { RunEvent } from "../../shared/protocol.ts";
import { device } from "../gpu.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { type Act, type AfterStep, type LoopRun, runLoop, type Watching } from "../testing/loop-run.ts";
import { type Way, WEBGPU_WAYS } from "../testing/ways.ts";
import { tf } from "../tf.ts";

const CHANGE: Partial<ExperimentFile> = {
  repeat: { k: 3, noises: [{ id: "gaussian", site: "features", stdDev: 0.5 }] },
  optimizer: { id: "adam", learningRate: 0.02 },
  epochs: 4,
};

/** A run of a loop, and what is done in it. Every run is watched anew. */
interface Course {
  readonly name: string;
  readonly change?: Partial<ExperimentFile>;
  readonly watching?: () => Partial<Watching>;
  readonly check: (run: LoopRun) => void;
}

const pauseAfter =
  (at: number): AfterStep =>
  (step, _, control) => {
    if (step === at) control("pause");
  };

const isPaused = (event: RunEvent) => event.kind === "state" && event.state === "paused";

const COURSES: readonly Course[] = [
  {
    name: "to the end, with an evaluation after each epoch",
    check: ({ result }) => {
      expect(result.status).toBe("finished");
      expect(result.steps).toHaveLength(12);
      expect(result.epochs).toHaveLength(4);
    },
  },
  {
    name: "with a pause, single steps and on",
    watching: () => {
      let pauses = 0;
      const act: Act = (event, _, control) => {
        if (!isPaused(event)) return;
        pauses += 1;
        control(pauses < 4 ? "step" : "resume");
      };
      return { act, afterStep: pauseAfter(2) };
    },
    check: ({ result, events }) => {
      expect(result.steps).toHaveLength(12);
      expect(events.filter(isPaused)).toHaveLength(4);
    },
  },
  {
    name: "with a look at the weights in a pause",
    watching: () => ({
      act: async (event, trainer, control) => {
        if (!isPaused(event)) return;
        await trainer.read();
        await trainer.checkpoint();
        tf.tidy(() => void trainer.params());
        control("resume");
      },
      afterStep: pauseAfter(5),
    }),
    check: ({ result }) => expect(result.steps).toHaveLength(12),
  },
  {
    name: "until a stop in mid-epoch",
    watching: () => ({
      afterStep: (step, _, control) => {
        if (step === 5) control("stop");
      },
    }),
    check: ({ result }) => {
      expect(result.status).toBe("stopped");
      expect(result.steps).toHaveLength(5);
      expect(result.epochs).toHaveLength(1);
    },
  },
  {
    name: "until a stop out of a pause",
    watching: () => ({
      act: (event, _, control) => {
        if (isPaused(event)) control("stop");
      },
      afterStep: pauseAfter(7),
    }),
    check: ({ result }) => {
      expect(result.status).toBe("stopped");
      expect(result.steps).toHaveLength(7);
    },
  },
  {
    name: "until it stops early, back to the best weights",
    change: { epochs: 100, optimizer: { id: "sgd", learningRate: 0.5 }, seed: 4, earlyStopping: { patience: 2 } },
    check: ({ result }) => {
      expect(result.stoppedEarly).toBe(true);
      const losses = result.epochs.map(({ validationLoss }) => validationLoss as number);
      expect(losses.indexOf(Math.min(...losses))).toBe(losses.length - 3);
    },
  },
  {
    name: "without a validation set",
    watching: () => ({ withValidation: false }),
    check: ({ result }) => expect(result.epochs.every(({ validationLoss }) => validationLoss === null)).toBe(true),
  },
];

const run = ({ change, watching }: Course, { options }: Way) =>
  runLoop({ ...CHANGE, ...change }, { ...watching?.(), options });

/** All numbers of a run: losses, every figure of every epoch, weights. */
const numbersOf = ({ result, theta }: LoopRun): number[][] => [
  result.steps.map(({ loss }) => loss),
  ...result.epochs.map(({ trainLoss, validationLoss, validationAccuracy, validationMacroF1 }) =>
    [trainLoss, validationLoss, validationAccuracy, validationMacroF1].map((figure) => figure ?? -1),
  ),
  theta,
];

const [EAGER, ...OTHERS] = WEBGPU_WAYS as [Way, ...Way[]];

beforeEach(() => startTestBackend("webgpu"));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

describe.each(OTHERS)("a loop of $way steps is one of eager steps", (way) => {
  test.each(COURSES)("$name", async (course) => {
    const [eager, other] = [await run(course, EAGER), await run(course, way)];
    for (const one of [eager, other]) course.check(one);
    const [expected, actual] = [numbersOf(eager), numbersOf(other)];
    expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
    const facts = ({ result, events }: LoopRun) => [
      result.status,
      result.stoppedEarly,
      result.steps.map(({ step, epoch }) => [step, epoch]),
      result.epochs.map(({ epoch, step }) => [epoch, step]),
      events.filter(isPaused),
    ];
    expect(facts(other)).toEqual(facts(eager));
    for (const [i, numbers] of actual.entries())
      if (way.way === "recorded") expect(numbers).toEqual(expected[i]);
      else expectAllClose(numbers, expected[i] as number[], { absolute: 2e-3, relative: 2e-3 });
  });
});

describe.each(WEBGPU_WAYS)("a loop of $way steps whose device is lost", ({ options }) => {
  const lost = expect.objectContaining({ name: "DeviceLostError" });

  test("ends with that error, also in a pause", async () => {
    const lose = () => device().destroy();
    const afterStep: AfterStep = (step) => {
      if (step === 4) lose();
    };
    await expect(runLoop({ ...CHANGE, epochs: 400 }, { afterStep, options })).rejects.toEqual(lost);
    await startTestBackend("webgpu");
    const act: Act = (event) => {
      if (isPaused(event)) lose();
    };
    const paused = runLoop({ ...CHANGE, epochs: 400 }, { act, afterStep: pauseAfter(2), options });
    await expect(paused).rejects.toEqual(lost);
  });
});
