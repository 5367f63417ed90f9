import type { RunEvent } from "../../shared/protocol.ts";
import type { EpochRecord, RunStatus, StepRecord } from "../../shared/run-record.ts";
import { CancelledError } from "../errors.ts";
import type { HostParams } from "../models/model.ts";
import { nextTask } from "../next-task.ts";
import { memoryBytes, tf } from "../tf.ts";
import { batchingOf, epochBatches } from "./batches.ts";
import type { RunControl } from "./control.ts";
import { predict, predictWithLoss, score } from "./evaluate.ts";
import { LossLog } from "./loss-log.ts";
import { InFlight } from "./pacing.ts";
import type { Trainer } from "./trainer.ts";

/** Metrics go to the page this often, or every step where steps are rarer. */
const FLUSH_MS = 250;

/** The items a loop works on, and the names of their classes. */
export interface LoopData {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

/** What a loop came to. */
export interface LoopResult {
  readonly status: RunStatus;
  readonly stoppedEarly: boolean;
  readonly steps: StepRecord[];
  readonly epochs: EpochRecord[];
  readonly trainMs: number;
  /** Time spent paused, which is no time of the run. */
  readonly pausedMs: number;
  readonly firstStepMs: number;
}

/**
 * Trains to the end, a stop, or early stopping, and tells what happens on the way. Ending the generator early ends
 * the training; the trainer stays the caller's.
 * @throws Error where the loss is no longer a number
 */
export async function* trainLoop(
  trainer: Trainer,
  data: LoopData,
  control: RunControl,
): AsyncGenerator<RunEvent, LoopResult> {
  return yield* new Loop(trainer, data, control).run();
}

/** Without a validation set there is nothing to say, and nothing is made up. */
const NO_VALIDATION = {
  validationLoss: null,
  validationAccuracy: null,
  validationMacroF1: null,
  validationConfusionMatrix: null,
  validationPooledAccuracy: null,
} as const;

class Loop {
  readonly #log: LossLog;
  readonly #epochs: EpochRecord[] = [];
  readonly #inFlight: InFlight;
  readonly #best = { loss: Infinity, epoch: 0, params: null as HostParams | null };
  #lastFlush = performance.now();
  #trainMs = 0;
  #pausedMs = 0;
  #firstStepMs = 0;

  constructor(
    readonly trainer: Trainer,
    readonly data: LoopData,
    readonly control: RunControl,
  ) {
    this.#log = new LossLog(trainer);
    this.#inFlight = new InFlight(trainer);
  }

  async *run(): AsyncGenerator<RunEvent, LoopResult> {
    const { epochs, earlyStopping } = this.trainer.experiment;
    let stoppedEarly = false;
    for (let epoch = 1; epoch <= epochs && !this.control.stopping && !stoppedEarly; epoch++) {
      yield* this.#epoch(epoch);
      if (this.control.stopping) break;
      yield* this.#flush();
      const record = await this.#evaluate(epoch);
      if (record === null) break;
      this.#epochs.push(record);
      yield { kind: "epoch", epoch: record };
      if (earlyStopping) stoppedEarly = await this.#worseFor(record, earlyStopping.patience);
    }
    yield* this.#flush();
    if (this.#best.params) this.trainer.restore(this.#best.params);
    return {
      status: this.control.stopping ? "stopped" : "finished",
      stoppedEarly,
      steps: this.#log.steps,
      epochs: this.#epochs,
      trainMs: this.#trainMs,
      pausedMs: this.#pausedMs,
      firstStepMs: this.#firstStepMs,
    };
  }

  async *#epoch(epoch: number): AsyncGenerator<RunEvent> {
    const { train, labels } = this.data;
    for (const batch of epochBatches(train, labels, batchingOf(this.trainer.experiment), epoch)) {
      yield* this.#gate();
      if (this.control.stopping) return;
      const started = performance.now();
      this.trainer.step(batch);
      this.#log.sent(epoch);
      await this.#inFlight.sent();
      if (this.trainer.stepsTaken === 1) {
        await this.#inFlight.settle();
        this.#firstStepMs = performance.now() - started;
      }
      await nextTask();
      this.#trainMs += performance.now() - started;
      this.control.stepped();
      const due = performance.now() - this.#lastFlush >= FLUSH_MS;
      if (due || this.control.single || this.#log.isFull) yield* this.#flush();
    }
  }

  /** Waits while paused, having shown all that was done before. */
  async *#gate(): AsyncGenerator<RunEvent> {
    if (!this.control.paused) return;
    yield* this.#flush();
    yield { kind: "state", state: "paused", detail: `paused before step ${this.trainer.stepsTaken + 1}` };
    const since = performance.now();
    while (this.control.paused) await this.control.nextAction();
    this.#pausedMs += performance.now() - since;
    if (!this.control.stopping) yield { kind: "state", state: "running", detail: "" };
  }

  async *#flush(): AsyncGenerator<RunEvent> {
    const started = performance.now();
    const steps = await this.#log.read();
    this.#trainMs += performance.now() - started;
    this.#lastFlush = performance.now();
    if (steps.length === 0) return;
    const bad = steps.find(({ loss }) => !Number.isFinite(loss));
    if (bad)
      throw new Error(
        `The loss of step ${bad.step} is ${bad.loss}: training diverged. Lower the learning rate, or clip the gradient.`,
      );
    const taken = this.trainer.stepsTaken;
    // The first step compiles and uploads; it says nothing about the rest.
    const perStep = taken > 1 ? (this.#trainMs - this.#firstStepMs) / (taken - 1) : this.#firstStepMs;
    yield {
      kind: "steps",
      steps,
      stepsPerSecond: 1000 / perStep,
      msLeft: (this.trainer.totalSteps - taken) * perStep,
      memoryBytes: memoryBytes(),
      numTensors: tf.memory().numTensors,
    };
  }

  /** Scores the validation set; null where a stop came in between. */
  async #evaluate(epoch: number): Promise<EpochRecord | null> {
    const { validation, labels, classes } = this.data;
    const base = { epoch, step: this.trainer.stepsTaken, trainLoss: this.#log.epochMean(epoch) };
    if (validation.length === 0) return { ...base, ...NO_VALIDATION };
    const { model, params, experiment } = this.trainer;
    const stopped = () => this.control.stopping;
    const truth = validation.map((item) => labels[item] as number);
    try {
      const { probabilities, loss } = await predictWithLoss(model, params, validation, stopped);
      const clean = score(probabilities, truth, classes);
      const inference = { ...experiment.inference, round: epoch };
      const pooled = score(await predict(model, params, validation, inference, stopped), truth, classes);
      return {
        ...base,
        validationLoss: loss,
        validationAccuracy: clean.accuracy,
        validationMacroF1: clean.macroF1,
        validationConfusionMatrix: clean.confusionMatrix,
        validationPooledAccuracy: pooled.accuracy,
      };
    } catch (error) {
      if (error instanceof CancelledError) return null;
      throw error;
    }
  }

  /** Keeps the best weights so far; true once the validation loss has not improved for `patience` epochs. */
  async #worseFor({ epoch, validationLoss }: EpochRecord, patience: number): Promise<boolean> {
    if (validationLoss === null) return false;
    if (validationLoss < this.#best.loss) {
      this.#best.loss = validationLoss;
      this.#best.epoch = epoch;
      this.#best.params = await this.trainer.read();
    }
    return epoch - this.#best.epoch >= patience;
  }
}
