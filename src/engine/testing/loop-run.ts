import type { ExperimentFile } from "../../shared/experiment.ts";
import type { ControlAction, RunEvent } from "../../shared/protocol.ts";
import { RunControl } from "../train/control.ts";
import { type LoopOptions, type LoopResult, trainLoop } from "../train/loop.ts";
import type { Trainer, TrainerOptions } from "../train/trainer.ts";
import { toyData, toyExperiment, toyTrainer } from "./toy.ts";

const NUM_TRAIN = 8;
const loopData = (labels: Int32Array, withValidation = true) => ({
  train: Int32Array.from({ length: NUM_TRAIN }, (_, i) => i),
  validation: withValidation ? Int32Array.of(8, 9, 10) : new Int32Array(),
  labels,
  classes: ["a", "b", "c"],
});

/** What is done while a loop runs. */
export interface Watching {
  readonly act: Act;
  readonly afterStep: AfterStep;
  readonly withValidation: boolean;
  /** Noisy views of each item in a bank. */
  readonly views: number;
  /** How it goes on from before, and where its checkpoints go. */
  readonly loop: LoopOptions;
  /** How steps are taken; eagerly where nothing is said. */
  readonly options: TrainerOptions;
}

/** Sees every event, before the loop goes on. */
export type Act = (event: RunEvent, trainer: Trainer, control: (action: ControlAction) => void) => unknown;

/** Called after every step, before the loop goes on. */
export type AfterStep = (step: number, trainer: Trainer, control: (action: ControlAction) => void) => void;

/** What came of a loop. */
export interface LoopRun {
  readonly events: RunEvent[];
  readonly result: LoopResult;
  readonly theta: number[];
}

/** Trains {@link toyData} by a loop, to its end. */
export async function runLoop(
  change: Partial<ExperimentFile>,
  {
    act = () => {},
    afterStep = () => {},
    withValidation = true,
    options = {},
    views = 0,
    loop: loopOptions = {},
  }: Partial<Watching> = {},
): Promise<LoopRun> {
  const data = toyData(views);
  const trainer = toyTrainer(toyExperiment({ batchSize: 3, ...change }), data, options);
  const control = new RunControl();
  const step = trainer.step.bind(trainer);
  trainer.step = (batch) => {
    step(batch);
    afterStep(trainer.stepsTaken, trainer, (action) => control.act(action));
  };
  const events: RunEvent[] = [];
  const loop = trainLoop(trainer, loopData(data.data.labels, withValidation), control, loopOptions);
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
