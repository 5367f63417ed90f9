import type { RunEvent } from "../../shared/protocol.ts";
import type { StepRecord } from "../../shared/run-record.ts";
import { memoryBytes } from "../gpu.ts";
import { tf } from "../tf.ts";
import type { RunClock } from "./run-clock.ts";
import type { Trainer } from "./trainer.ts";

/**
 * Tells of steps that were read, and how fast they go.
 * @throws Error where a loss is no longer a number
 */
export function stepsEvent(steps: StepRecord[], trainer: Trainer, clock: RunClock): RunEvent {
  const bad = steps.find(({ loss }) => !Number.isFinite(loss));
  if (bad)
    throw new Error(
      `The loss of step ${bad.step} is ${bad.loss}: training diverged. Lower the learning rate, or clip the gradient.`,
    );
  const { stepsTaken, totalSteps } = trainer;
  const perStep = clock.perStep(stepsTaken);
  return {
    kind: "steps",
    steps,
    stepsPerSecond: 1000 / perStep,
    msLeft: (totalSteps - stepsTaken) * perStep,
    memoryBytes: memoryBytes(),
    numTensors: tf.memory().numTensors,
  };
}
