import type { EpochRecord } from "../../shared/run-record.ts";
import { CancelledError } from "../errors.ts";
import { type Tensor, tf } from "../tf.ts";
import { evaluateOnDevice, predict, predictWithLoss, score } from "./evaluate.ts";
import { readOut } from "./read-out.ts";
import type { Trainer } from "./trainer.ts";

/** The held-out items and what is true of them. */
export interface HeldOut {
  readonly validation: Int32Array;
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

type Scores = Omit<EpochRecord, "epoch" | "step" | "trainLoss">;

/** An epoch that is over, with its scores: on the host, or still on the device. */
interface Ended {
  readonly epoch: number;
  readonly step: number;
  readonly scores: Scores | Tensor;
}

/** Without a validation set there is nothing to say, and nothing is made up. */
const NO_SCORES: Scores = {
  validationLoss: null,
  validationAccuracy: null,
  validationMacroF1: null,
  validationConfusionMatrix: null,
  validationPooledAccuracy: null,
};

/** Numbers on the device that may wait for one reading. */
const MOST_WAITING = 2 ** 20;

/**
 * The validation set's scores after each epoch. Where it goes through the network in one part its outputs stay on the
 * device until they are read, those of many epochs together: an epoch of a small set is shorter than a readback.
 */
export class EpochEvaluations {
  readonly #truth: Int32Array;
  #ended: Ended[] = [];

  constructor(
    readonly trainer: Trainer,
    readonly heldOut: HeldOut,
  ) {
    this.#truth = heldOut.validation.map((item) => heldOut.labels[item] as number);
  }

  /** True where the next reading must not wait. */
  get isFull(): boolean {
    const numbers = this.#ended.reduce((sum, { scores }) => sum + (scores instanceof tf.Tensor ? scores.size : 1), 0);
    return numbers >= MOST_WAITING;
  }

  /** Evaluates the weights of the moment. @returns false where a stop came in between */
  async ended(epoch: number, stopped: () => boolean): Promise<boolean> {
    const { trainer, heldOut } = this;
    const { model, params, experiment } = trainer;
    const { validation } = heldOut;
    const inference = { ...experiment.inference, round: epoch };
    const onDevice = () => evaluateOnDevice(model, params, validation, inference);
    const scores = validation.length === 0 ? NO_SCORES : (onDevice() ?? (await this.#inParts(inference, stopped)));
    if (scores) this.#ended.push({ epoch, step: trainer.stepsTaken, scores });
    return scores !== null;
  }

  async #inParts(inference: Trainer["experiment"]["inference"] & { round: number }, stopped: () => boolean) {
    const { model, params } = this.trainer;
    const { validation } = this.heldOut;
    try {
      const { probabilities, loss } = await predictWithLoss(model, params, validation, stopped);
      return this.#scores(probabilities, await predict(model, params, validation, inference, stopped), loss);
    } catch (error) {
      if (error instanceof CancelledError) return null;
      throw error;
    }
  }

  /** Records of the epochs since the last reading, in order, in one readback. */
  async read(trainLoss: (epoch: number) => number): Promise<EpochRecord[]> {
    const ended = this.#ended;
    this.#ended = [];
    const tensors = ended.flatMap(({ scores }) => (scores instanceof tf.Tensor ? [scores] : []));
    const values = await readTogether(tensors);
    return ended.map(({ epoch, step, scores }) => ({
      epoch,
      step,
      trainLoss: trainLoss(epoch),
      ...(scores instanceof tf.Tensor ? this.#unpacked(values.shift() as Float32Array) : scores),
    }));
  }

  #unpacked(values: Float32Array): Scores {
    const half = (values.length - 1) / 2;
    return this.#scores(values.subarray(0, half), values.subarray(half, 2 * half), values[2 * half] as number);
  }

  #scores(clean: Float32Array, pooled: Float32Array, loss: number): Scores {
    const { classes } = this.heldOut;
    const { accuracy, macroF1, confusionMatrix } = score(clean, this.#truth, classes);
    return {
      validationLoss: loss,
      validationAccuracy: accuracy,
      validationMacroF1: macroF1,
      validationConfusionMatrix: confusionMatrix,
      validationPooledAccuracy: score(pooled, this.#truth, classes).accuracy,
    };
  }

  dispose(): void {
    tf.dispose(this.#ended.flatMap(({ scores }) => (scores instanceof tf.Tensor ? [scores] : [])));
    this.#ended = [];
  }
}

/** Tensors of one length on the host; they are disposed of. */
async function readTogether(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  const [first] = tensors;
  if (!first) return [];
  const all = tensors.length === 1 ? tf.clone(first) : tf.concat([...tensors]);
  tf.dispose([...tensors]);
  const values = await readOut(all);
  return tensors.map((_, i) => values.subarray(i * first.size, (i + 1) * first.size));
}
