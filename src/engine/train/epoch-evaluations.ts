import type { EpochRecord } from "../../shared/run-record.ts";
import { CancelledError } from "../errors.ts";
import { type Tensor, tf } from "../tf.ts";
import { type EpochPredictions, predictionsOf, withNext } from "./epoch-predictions.ts";
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

/** One clean pass over the validation set, K' passes pooled with f', and the training objective of the former. */
interface Outputs {
  readonly clean: Float32Array;
  readonly pooled: Float32Array;
  readonly loss: number;
}

/** An epoch that is over, with what came out: on the host, or still on the device; null without a validation set. */
interface Ended {
  readonly epoch: number;
  readonly step: number;
  readonly outputs: Outputs | Tensor | null;
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
  #history: readonly EpochPredictions[];

  constructor(
    readonly trainer: Trainer,
    readonly heldOut: HeldOut,
    history: readonly EpochPredictions[] = [],
  ) {
    this.#history = history;
    this.#truth = heldOut.validation.map((item) => heldOut.labels[item] as number);
  }

  /** What was said of the validation items after the epochs that were read, as far as it is kept. */
  get history(): readonly EpochPredictions[] {
    return this.#history;
  }

  /** True where the next reading must not wait. */
  get isFull(): boolean {
    const numbers = waiting(this.#ended).reduce((sum, { size }) => sum + size, this.#ended.length);
    return numbers >= MOST_WAITING;
  }

  /** Evaluates the weights of the moment. @returns false where a stop came in between */
  async ended(epoch: number, stopped: () => boolean): Promise<boolean> {
    const { trainer, heldOut } = this;
    const { model, params, experiment } = trainer;
    const { validation } = heldOut;
    const inference = { ...experiment.inference, round: epoch };
    const onDevice = () => evaluateOnDevice(model, params, validation, inference);
    const outputs = validation.length === 0 ? null : (onDevice() ?? (await this.#inParts(inference, stopped)));
    if (outputs === "stopped") return false;
    this.#ended.push({ epoch, step: trainer.stepsTaken, outputs });
    return true;
  }

  async #inParts(
    inference: Trainer["experiment"]["inference"] & { round: number },
    stopped: () => boolean,
  ): Promise<Outputs | "stopped"> {
    const { model, params } = this.trainer;
    const { validation } = this.heldOut;
    try {
      const { probabilities, loss } = await predictWithLoss(model, params, validation, stopped);
      return { clean: probabilities, pooled: await predict(model, params, validation, inference, stopped), loss };
    } catch (error) {
      if (error instanceof CancelledError) return "stopped";
      throw error;
    }
  }

  /** Records of the epochs since the last reading, in order, in one readback. */
  async read(trainLoss: (epoch: number) => number): Promise<EpochRecord[]> {
    const ended = this.#ended;
    this.#ended = [];
    const values = await readTogether(waiting(ended));
    return ended.map(({ epoch, step, outputs }) => {
      const read = outputs instanceof tf.Tensor ? unpacked(values.shift() as Float32Array) : outputs;
      return { epoch, step, trainLoss: trainLoss(epoch), ...(read ? this.#scores(epoch, read) : NO_SCORES) };
    });
  }

  /** Scores of an epoch; its predictions come to the others. */
  #scores(epoch: number, { clean, pooled, loss }: Outputs): Scores {
    const { classes } = this.heldOut;
    this.#history = withNext(this.#history, predictionsOf(epoch, clean, classes.length));
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
    tf.dispose(waiting(this.#ended));
    this.#ended = [];
  }
}

const waiting = (ended: readonly Ended[]): Tensor[] =>
  ended.flatMap(({ outputs }) => (outputs instanceof tf.Tensor ? [outputs] : []));

/** {@link evaluateOnDevice}'s numbers. */
function unpacked(values: Float32Array): Outputs {
  const half = (values.length - 1) / 2;
  return { clean: values.subarray(0, half), pooled: values.subarray(half, 2 * half), loss: values[2 * half] as number };
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
