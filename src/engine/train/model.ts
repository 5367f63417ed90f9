import type { Experiment } from "../../shared/experiment.ts";
import type { DrawPosition } from "../draws.ts";
import { fusedPooledLoss } from "../fused/pooled-loss.ts";
import type { Params } from "../models/model.ts";
import { type BoundObjective, buildObjective } from "../objectives/index.ts";
import { type Tensor, type Tensor3D, tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { chosenViews, type DeviceData } from "./device-data.ts";
import { inconsistency, pooledLoss } from "./levels.ts";
import type { Network } from "./network.ts";
import { cleanPass, noisyInputs, noisyTargets, type PassOptions, repeatedPass } from "./pass.ts";
import type { StepInput } from "./step-input.ts";

/** The part of a noisy pass that training, evaluation and the lens choose for themselves. */
export type NoisyPass = Pick<PassOptions, "k" | "pooling" | "position" | "level" | "groupSize">;

export interface LossOptions {
  /** Whether to pool, compare and differentiate in one kernel where there is one; else operation by operation. */
  readonly fused?: boolean;
  /** Of {@link Model.counter}, where it must outlive the loss. */
  readonly counter?: Tensor | undefined;
}

/** An experiment's model over the data it reads: everything but the values of its parameters. */
export class Model {
  readonly objective: BoundObjective;

  /** @param trainCounts training items of each class, for objectives that weigh classes; null: all weigh alike */
  constructor(
    readonly network: Network,
    readonly experiment: Experiment,
    readonly data: DeviceData,
    readonly trainCounts: readonly number[] | null = null,
  ) {
    this.objective = buildObjective(experiment.objective, trainCounts);
  }

  /** The number of a step where the device counts the draws with it: [1]. */
  counter(input: StepInput): Tensor | undefined {
    return tf.getBackend() === "webgpu" ? input.integers((_, step) => Int32Array.of(step)) : undefined;
  }

  /** Training loss of a batch, group by group: the pooled objective, and how far the repeats disagree where that counts: []. */
  loss(
    params: Params,
    input: StepInput,
    { fused = false, counter = this.counter(input) }: LossOptions = {},
  ): tf.Scalar {
    const { repeat, aggregate, consistency, seed } = this.experiment;
    // Where the device counts the draws, nothing of a step may depend on a number that the host has read.
    const position = { seed, purpose: "noise", step: counter ? 0 : input.step, counter, firstRow: 0 } as const;
    const pass = { ...aggregate, k: repeat.k, groupSize: repeat.groupSize, position };
    const rows = input.integers((batch, step) => this.#rowsAt(batch, step));
    const length = this.data.hasLengths ? input.size((batch, step) => this.lengthAt(batch, step) as number) : null;
    const x = this.data.gather(rows, length);
    const z = this.#noisyLogits(params, x, pass);
    const targets = this.data.targetsAt(input.integers(({ items }) => items));
    const target = noisyTargets(targets, this.#options(pass));
    const counted = input.isWhole ? null : input.numbers(({ weights }) => weights);
    const pooled =
      (fused
        ? fusedPooledLoss({ ...aggregate, objective: this.experiment.objective }, this.objective, z, target, counted)
        : null) ?? pooledLoss(aggregate.level, aggregate.pooling, this.objective, z, target, counted, params);
    const apart = inconsistency(consistency, this.objective.link, z, counted);
    return apart ? tf.add(pooled, apart) : pooled;
  }

  /** Tokens of each row at a training step; null where rows are read whole. */
  lengthAt(batch: Batch, step: number): number | null {
    return this.data.computedLength(this.#rowsAt(batch, step));
  }

  /** Targets of items: [items, 1, classes]. */
  targets(items: Int32Array): Tensor3D {
    return tf.expandDims(this.data.targets(items), 1) as Tensor3D;
  }

  /** K noisy passes: logits [items, K, classes] ([items, 1, classes] at the level `features`, pooled with f). */
  noisyLogits(params: Params, items: Int32Array, pass: NoisyPass): Tensor3D {
    return this.#noisyLogits(params, this.#inputs(items, pass), pass);
  }

  /** The K views of each item as the network reads them: [items * K, ...]. */
  views(items: Int32Array, pass: NoisyPass): Tensor {
    const x = this.#inputs(items, pass);
    return this.data.data.views > 0 ? x : noisyInputs(x, this.#options(pass));
  }

  /** One clean pass: logits [items, 1, classes]. */
  cleanLogits(params: Params, items: Int32Array): Tensor3D {
    return cleanPass(this.network, params, this.data.inputs(items));
  }

  #noisyLogits(params: Params, x: Tensor, pass: NoisyPass): Tensor3D {
    return repeatedPass(this.network, params, x, this.#options(pass), this.data.data.views > 0);
  }

  #inputs(items: Int32Array, pass: NoisyPass): Tensor {
    return this.data.inputsAt(this.#rows(items, pass));
  }

  /** Rows of the data that a pass reads: [items], or [items * K] out of a bank of views. */
  #rows(items: Int32Array, { k, position }: Pick<NoisyPass, "k" | "position">): Int32Array {
    const { views } = this.data.data;
    if (views === 0) return this.data.rows(items);
    return this.data.viewRows(items, k, viewsSeen(items.length, k, views, position));
  }

  /** The same of a training step. */
  #rowsAt({ items }: Batch, step: number): Int32Array {
    const { repeat, seed } = this.experiment;
    return this.#rows(items, { k: repeat.k, position: { seed, purpose: "noise", step, firstRow: 0 } });
  }

  #options(pass: NoisyPass): PassOptions {
    return { ...pass, noises: this.experiment.repeat.noises, facts: this.data };
  }
}

/**
 * Which of a bank's views each place sees: [places * K]. In training a batch has one stream; elsewhere each row of the
 * set has its own, so that it sees the same views whatever part it comes in. No two purposes share draws.
 */
export function viewsSeen(
  places: number,
  k: number,
  bank: number,
  { seed, purpose, step, firstRow }: Omit<DrawPosition, "rows" | "k">,
): Int32Array {
  if (purpose === "noise") return chosenViews(places, k, bank, seed, step);
  const seen = new Int32Array(places * k);
  for (let i = 0; i < places; i++)
    seen.set(chosenViews(1, k, bank, seed, 0x800000 + step * 4096 + firstRow + i), i * k);
  return seen;
}
