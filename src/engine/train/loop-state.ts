import type { EpochRecord, StepRecord } from "../../shared/run-record.ts";
import type { HostParams } from "../models/model.ts";
import type { EpochPredictions } from "./epoch-predictions.ts";
import type { RunTimes } from "./run-clock.ts";
import type { Checkpoint } from "./trainer.ts";

/**
 * Where a loop stands between two of its acts. `batches` of the epoch are taken; where they are all of it, its evaluation
 * is still to come. Where the epoch has none yet, the one before is evaluated and over; after the last epoch it is the
 * one that would come next. With the experiment's seed this is the data cursor and the position in every random stream,
 * since those are counters: shuffling is by seed and epoch, noise by seed and step, the noise of an evaluation by seed
 * and epoch.
 */
export interface LoopPosition {
  /** Counts from 1. */
  readonly epoch: number;
  readonly batches: number;
}

/** The epoch of the lowest validation loss so far, for early stopping; epoch 0 where there is none. */
export interface BestEpoch {
  readonly loss: number;
  readonly epoch: number;
  readonly params: HostParams | null;
}

/** All that a loop goes on from, between two steps or between an epoch's last step and its evaluation. */
export interface LoopState {
  /** Steps taken, theta, and the optimizer's vectors. */
  readonly checkpoint: Checkpoint;
  readonly position: LoopPosition;
  /** Of all steps taken. */
  readonly steps: readonly StepRecord[];
  /** Of all epochs that are over. */
  readonly epochs: readonly EpochRecord[];
  readonly best: BestEpoch;
  /** What was said of the validation items after those epochs of which it is kept. */
  readonly history: readonly EpochPredictions[];
  /** Steps after which it was cut off and gone on with before. */
  readonly resumedAt: readonly number[];
  readonly times: RunTimes;
}

/** Keeps a state somewhere; resolves to the bytes that it takes there. */
export type KeepState = (state: LoopState) => Promise<number>;
