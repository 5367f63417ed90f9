import type { RunEvent } from "../../shared/protocol.ts";
import type { EpochRecord, RunStatus, StepRecord } from "../../shared/run-record.ts";
import { nextTask } from "../next-task.ts";
import { type Batch, batchingOf, epochBatches } from "./batches.ts";
import { CheckpointCadence } from "./checkpoint-cadence.ts";
import type { RunControl } from "./control.ts";
import { EarlyStopping, NO_BEST } from "./early-stopping.ts";
import { EpochEvaluations, type HeldOut } from "./epoch-evaluations.ts";
import type { EpochPredictions } from "./epoch-predictions.ts";
import type { KeepState, LoopPosition, LoopState } from "./loop-state.ts";
import { LossLog } from "./loss-log.ts";
import { InFlight } from "./pacing.ts";
import { RunClock, type RunTimes } from "./run-clock.ts";
import { stepsEvent } from "./steps-event.ts";
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
  /** What was said of the validation items after those epochs of which it is kept. */
  readonly history: readonly EpochPredictions[];
  /** Steps after which it was cut off and gone on with. */
  readonly resumedAt: number[];
  readonly times: RunTimes;
}

/** How a loop begins, and what becomes of its checkpoints. */
export interface LoopOptions {
  /** Where it goes on: the trainer is to be of the same model, the data are to be the same. */
  readonly from?: LoopState;
  /** Where its checkpoints go; none are made where it is left out. A failure is told and ends nothing. */
  readonly keep?: KeepState;
  /** Is given what was said of the validation items, whenever there is more of it. */
  readonly said?: (history: readonly EpochPredictions[]) => void;
  /** When the run began, by `performance.now()`; where left out, now. */
  readonly began?: number;
}

/**
 * Trains to the end, a stop, or early stopping, and tells what happens on the way. Ending the generator early ends
 * the training; the trainer stays the caller's. From a state of before it goes on as if nothing had been, having told
 * first all steps and epochs of before.
 * @throws Error where the loss is no longer a number, or the state is of another run
 */
export async function* trainLoop(
  trainer: Trainer,
  data: LoopData,
  control: RunControl,
  options: LoopOptions = {},
): AsyncGenerator<RunEvent, LoopResult> {
  const loop = new Loop(trainer, data, control, options);
  try {
    return yield* loop.run();
  } finally {
    loop.dispose();
  }
}

class Loop {
  readonly #log: LossLog;
  readonly #evaluations: EpochEvaluations;
  readonly #epochs: EpochRecord[];
  readonly #inFlight: InFlight;
  readonly #earlyStopping: EarlyStopping | null;
  readonly #clock: RunClock;
  readonly #cadence: CheckpointCadence;
  readonly #resumedAt: number[];
  #position: LoopPosition;
  /** Where the latest checkpoint stands. */
  #kept: LoopPosition | null = null;
  #lastFlush = performance.now();

  constructor(
    readonly trainer: Trainer,
    readonly data: LoopData,
    readonly control: RunControl,
    readonly options: LoopOptions,
  ) {
    const { from, began } = options;
    if (from) trainer.resume(from.checkpoint);
    const { earlyStopping } = trainer.experiment;
    this.#log = new LossLog(trainer, from?.steps);
    this.#evaluations = new EpochEvaluations(trainer, data, from?.history);
    this.#epochs = [...(from?.epochs ?? [])];
    this.#inFlight = new InFlight(trainer);
    this.#earlyStopping = earlyStopping && new EarlyStopping(earlyStopping.patience, from?.best, this.#epochs.at(-1));
    this.#clock = new RunClock(from?.times, began);
    this.#cadence = new CheckpointCadence(this.#clock.now);
    this.#resumedAt = from ? [...from.resumedAt, from.checkpoint.step] : [];
    this.#position = from?.position ?? { epoch: 1, batches: 0 };
  }

  async *run(): AsyncGenerator<RunEvent, LoopResult> {
    yield* this.#told(this.#log.steps.slice(), this.#epochs.slice());
    while (!this.#isOver && !this.control.stopping) {
      const { epoch } = this.#position;
      yield* this.#epoch(epoch);
      if (this.control.stopping || !(await this.#evaluate(epoch))) break;
      if (this.#earlyStopping || this.#isDue) yield* this.#flush();
      await this.#earlyStopping?.see(this.#epochs.at(-1) as EpochRecord, () => this.trainer.read());
      this.#position = { epoch: epoch + 1, batches: 0 };
      if (this.#isKeepingDue) yield* this.#keep();
    }
    yield* this.#flush();
    const best = this.#earlyStopping?.best.params;
    if (best) this.trainer.restore(best);
    return {
      status: this.control.stopping ? "stopped" : "finished",
      stoppedEarly: this.#earlyStopping?.isOver ?? false,
      steps: this.#log.steps,
      epochs: this.#epochs,
      history: this.#evaluations.history,
      resumedAt: this.#resumedAt,
      times: this.#clock.times,
    };
  }

  get #isOver(): boolean {
    return this.#position.epoch > this.trainer.experiment.epochs || (this.#earlyStopping?.isOver ?? false);
  }

  async *#epoch(epoch: number): AsyncGenerator<RunEvent> {
    const { train, labels } = this.data;
    const taken = this.#position.batches;
    let batches = 0;
    for (const batch of epochBatches(train, labels, batchingOf(this.trainer.experiment), epoch)) {
      batches += 1;
      if (batches <= taken) continue;
      yield* this.#gate();
      if (this.control.stopping) return;
      await this.#clock.training(() => this.#step(batch, epoch));
      this.#position = { epoch, batches };
      this.control.stepped();
      if (this.#isDue) yield* this.#flush();
      if (this.#isKeepingDue) yield* this.#keep();
    }
  }

  async #step(batch: Batch, epoch: number): Promise<void> {
    const started = performance.now();
    this.trainer.step(batch);
    this.#log.sent(epoch);
    await this.#inFlight.sent();
    if (this.trainer.stepsTaken === 1) {
      await this.#inFlight.settle();
      this.#clock.firstStep(performance.now() - started);
    }
    await nextTask();
  }

  /** Waits while paused, having shown and kept all that was done before. */
  async *#gate(): AsyncGenerator<RunEvent> {
    if (!this.control.paused) return;
    yield* this.#flush();
    yield { kind: "state", state: "paused", detail: `paused before step ${this.trainer.stepsTaken + 1}` };
    this.#clock.pause();
    yield* this.#keep();
    while (this.control.paused) {
      await this.trainer.waitFor(() => this.control.nextAction());
      if (this.control.wantsCheckpoint) yield* this.#keep();
    }
    this.#clock.goOn();
    if (!this.control.stopping) yield { kind: "state", state: "running", detail: "" };
  }

  /** The device does steps and evaluation one after the other, so that the time of each is its own. */
  async #evaluate(epoch: number): Promise<boolean> {
    await this.#clock.training(() => this.#inFlight.settle());
    const done = await this.trainer.waitFor(() => this.#evaluations.ended(epoch, () => this.control.stopping));
    await this.trainer.idle();
    return done;
  }

  get #isKeepingDue(): boolean {
    return this.control.wantsCheckpoint || this.#cadence.isDue(this.#clock.now);
  }

  /** Makes a checkpoint and tells of it, unless there is one of this very place. */
  async *#keep(): AsyncGenerator<RunEvent> {
    this.control.checkpointing();
    const { keep } = this.options;
    if (!keep || this.#kept === this.#position) return;
    await this.#clock.training(() => this.#inFlight.settle());
    const started = performance.now();
    yield* this.#flush();
    const state = await this.#state();
    const { position, checkpoint } = state;
    let outcome: RunEvent;
    try {
      const bytes = await keep(state);
      this.#kept = position;
      const at = new Date().toISOString();
      outcome = { kind: "checkpoint", step: checkpoint.step, epoch: position.epoch, at, bytes };
    } catch (error) {
      outcome = { kind: "not-kept", message: error instanceof Error ? error.message : String(error) };
    }
    this.#cadence.made(performance.now() - started, this.#clock.now);
    yield outcome;
  }

  /** All as it is now; everything is to be told before. */
  async #state(): Promise<LoopState> {
    return {
      checkpoint: await this.trainer.checkpoint(),
      position: this.#position,
      steps: this.#log.steps.slice(),
      epochs: this.#epochs.slice(),
      history: this.#evaluations.history,
      best: this.#earlyStopping?.best ?? NO_BEST,
      resumedAt: this.#resumedAt,
      times: this.#clock.times,
    };
  }

  get #isDue(): boolean {
    const due = performance.now() - this.#lastFlush >= FLUSH_MS;
    return due || this.control.single || this.#log.isFull || this.#evaluations.isFull;
  }

  /** Tells the steps and epochs that were not told yet. */
  async *#flush(): AsyncGenerator<RunEvent> {
    const steps = await this.#clock.training(() => this.#log.read());
    const epochs = await this.trainer.waitFor(() => this.#evaluations.read((of) => this.#log.epochMean(of)));
    this.#epochs.push(...epochs);
    if (epochs.length > 0) this.options.said?.(this.#evaluations.history);
    this.#lastFlush = performance.now();
    yield* this.#told(steps, epochs);
  }

  *#told(steps: StepRecord[], epochs: readonly EpochRecord[]): Generator<RunEvent> {
    if (steps.length > 0) yield stepsEvent(steps, this.trainer, this.#clock);
    for (const epoch of epochs) yield { kind: "epoch", epoch };
  }

  dispose(): void {
    this.#evaluations.dispose();
  }
}
