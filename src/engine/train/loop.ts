import type { RunEvent } from "../../shared/protocol.ts";
import type { EpochRecord, RunStatus, StepRecord } from "../../shared/run-record.ts";
import { memoryBytes } from "../gpu.ts";
import type { HostParams } from "../models/model.ts";
import { nextTask } from "../next-task.ts";
import { tf } from "../tf.ts";
import { batchingOf, epochBatches } from "./batches.ts";
import type { RunControl } from "./control.ts";
import { EpochEvaluations, type HeldOut } from "./epoch-evaluations.ts";
import { LossLog } from "./loss-log.ts";
import { InFlight } from "./pacing.ts";
import type { Trainer } from "./trainer.ts";

/** Metrics go to the page this often, or every step where steps are rarer. */
const FLUSH_MS = 250;

/** The items a loop works on, and the names of their classes. */
export interface LoopData extends HeldOut {
  readonly train: Int32Array;
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
  const loop = new Loop(trainer, data, control);
  try {
    return yield* loop.run();
  } finally {
    loop.dispose();
  }
}

class Loop {
  readonly #log: LossLog;
  readonly #evaluations: EpochEvaluations;
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
    this.#evaluations = new EpochEvaluations(trainer, data);
    this.#inFlight = new InFlight(trainer);
  }

  async *run(): AsyncGenerator<RunEvent, LoopResult> {
    const { epochs, earlyStopping } = this.trainer.experiment;
    let stoppedEarly = false;
    for (let epoch = 1; epoch <= epochs && !this.control.stopping && !stoppedEarly; epoch++) {
      yield* this.#epoch(epoch);
      if (this.control.stopping || !(await this.#evaluate(epoch))) break;
      if (earlyStopping || this.#isDue) yield* this.#flush();
      if (earlyStopping) stoppedEarly = await this.#worseFor(this.#epochs.at(-1), earlyStopping.patience);
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
      if (this.#isDue) yield* this.#flush();
    }
  }

  /** Waits while paused, having shown all that was done before. */
  async *#gate(): AsyncGenerator<RunEvent> {
    if (!this.control.paused) return;
    yield* this.#flush();
    yield { kind: "state", state: "paused", detail: `paused before step ${this.trainer.stepsTaken + 1}` };
    const since = performance.now();
    while (this.control.paused) await this.trainer.waitFor(() => this.control.nextAction());
    this.#pausedMs += performance.now() - since;
    if (!this.control.stopping) yield { kind: "state", state: "running", detail: "" };
  }

  /** The device does steps and evaluation one after the other, so that the time of each is its own. */
  async #evaluate(epoch: number): Promise<boolean> {
    const started = performance.now();
    await this.#inFlight.settle();
    this.#trainMs += performance.now() - started;
    const done = await this.trainer.waitFor(() => this.#evaluations.ended(epoch, () => this.control.stopping));
    await this.trainer.idle();
    return done;
  }

  get #isDue(): boolean {
    const due = performance.now() - this.#lastFlush >= FLUSH_MS;
    return due || this.control.single || this.#log.isFull || this.#evaluations.isFull;
  }

  /** Tells the steps and epochs that were not told yet. */
  async *#flush(): AsyncGenerator<RunEvent> {
    const started = performance.now();
    const steps = await this.#log.read();
    this.#trainMs += performance.now() - started;
    const epochs = await this.trainer.waitFor(() => this.#evaluations.read((of) => this.#log.epochMean(of)));
    this.#epochs.push(...epochs);
    this.#lastFlush = performance.now();
    if (steps.length > 0) yield this.#told(steps);
    for (const epoch of epochs) yield { kind: "epoch", epoch };
  }

  /** @throws Error where a loss is no longer a number */
  #told(steps: StepRecord[]): RunEvent {
    const bad = steps.find(({ loss }) => !Number.isFinite(loss));
    if (bad)
      throw new Error(
        `The loss of step ${bad.step} is ${bad.loss}: training diverged. Lower the learning rate, or clip the gradient.`,
      );
    const taken = this.trainer.stepsTaken;
    // The first step compiles and uploads; it says nothing about the rest.
    const perStep = taken > 1 ? (this.#trainMs - this.#firstStepMs) / (taken - 1) : this.#firstStepMs;
    return {
      kind: "steps",
      steps,
      stepsPerSecond: 1000 / perStep,
      msLeft: (this.trainer.totalSteps - taken) * perStep,
      memoryBytes: memoryBytes(),
      numTensors: tf.memory().numTensors,
    };
  }

  /** Keeps the best weights so far; true once the validation loss has not improved for `patience` epochs. */
  async #worseFor(record: EpochRecord | undefined, patience: number): Promise<boolean> {
    if (!record || record.validationLoss === null) return false;
    const { epoch, validationLoss } = record;
    if (validationLoss < this.#best.loss) {
      this.#best.loss = validationLoss;
      this.#best.epoch = epoch;
      this.#best.params = await this.trainer.read();
    }
    return epoch - this.#best.epoch >= patience;
  }

  dispose(): void {
    this.#evaluations.dispose();
  }
}
