import { CancelledError } from "../errors.ts";
import { nextTask } from "../next-task.ts";
import { maxTensorBytes, type Tensor, tf } from "../tf.ts";
import { batchesOf } from "./batches.ts";
import type { LengthGroups } from "./lengths.ts";
import type { Model } from "./model.ts";
import type { Network } from "./network.ts";
import { readOut } from "./read-out.ts";

const BYTES = 4;
/** A pass keeps its activations until its end: this many as wide as the widest are to fit where one tensor would. */
const ALIVE = 8;
/** As long as parts take less than SHORT_MS they grow, and beyond LONG_MS they shrink. */
const SHORT_MS = 50;
const LONG_MS = 200;

/**
 * How many rows of the greatest length go through a network at a time: as many as memory allows, but no more than are done soon, so that a stop
 * is heard; never less than a training step has, behind which a stop waits anyway. Always a power of two, so that the
 * shapes on the device are few.
 */
class Pace {
  rows: number;
  readonly #least: number;
  #isFirst = true;

  constructor(
    stepRows: number,
    readonly most: number,
  ) {
    this.#least = Math.min(powerOfTwo(stepRows), most);
    this.rows = this.#least;
  }

  /** Takes in how long a part of so many rows took. */
  took(rows: number, ms: number): void {
    // The first part compiles.
    if (ms > LONG_MS && !this.#isFirst) this.rows = Math.max(this.#least, powerOfTwo((rows * SHORT_MS) / ms));
    // A part that was smaller, for want of items, says nothing of larger ones.
    else if (ms < SHORT_MS && rows >= this.rows)
      this.rows = Math.min(this.most, this.rows * (4 * ms < SHORT_MS ? 4 : 2));
    this.#isFirst = false;
  }
}

/** The largest power of two up to x, at least 1. */
const powerOfTwo = (x: number): number => 2 ** Math.max(0, Math.floor(Math.log2(x)));

const paces = new WeakMap<Network, Pace>();

/** The pace of a model's network, found out with the first set that goes through and kept for the next. */
export function paceOf({ network, experiment }: Pick<Model, "network" | "experiment">): Pace {
  const stepRows = experiment.batchSize * experiment.repeat.k;
  const most = powerOfTwo(maxTensorBytes() / (ALIVE * BYTES * network.widest));
  const known = paces.get(network) ?? new Pace(stepRows, most);
  paces.set(network, known);
  return known;
}

/**
 * Computes `width` numbers an item, a part of the items at a time, each of items of one length: row-major [items, width],
 * on the host. Lets messages in between parts.
 * @param k rows of an item in the network
 * @param of is told at which place its part starts, counted through the {@link LengthGroups}; called within a tidy
 * @throws CancelledError where `cancelled` says so between parts
 */
export async function inParts(
  items: Int32Array,
  { model, k, width }: { model: Pick<Model, "network" | "experiment" | "data">; k: number; width: number },
  of: (part: Int32Array, start: number) => Tensor,
  cancelled: () => boolean,
): Promise<Float32Array> {
  const pace = paceOf(model);
  const out = new Float32Array(items.length * width);
  const { groups, placeOf } = model.data.lengthGroups(items);
  for (const group of groups) {
    for (let at = 0; at < group.items.length; ) {
      const started = performance.now();
      const count = Math.min(group.items.length - at, Math.max(1, Math.floor(pace.rows / (k * group.share))));
      const start = group.start + at;
      const part = tf.tidy(() => of(padded(group.items.subarray(at, at + count), items.length), start));
      const values = await readOut(part);
      out.set(values.subarray(0, count * width), start * width);
      at += count;
      pace.took(count * k * group.share, performance.now() - started);
      await nextTask();
      if (cancelled()) throw new CancelledError("The evaluation was cancelled.");
    }
  }
  return groups.length === 1 ? out : inOrder(out, placeOf, width);
}

/** Rows [places, width] in the order of the items whose places are given. */
function inOrder(rows: Float32Array, placeOf: Int32Array, width: number): Float32Array {
  const out = new Float32Array(rows.length);
  for (const [i, place] of placeOf.entries()) out.set(rows.subarray(place * width, (place + 1) * width), i * width);
  return out;
}

/** A part filled up to a power of two, or to the number of all items, so that shapes come again. */
function padded(part: Int32Array, all: number): Int32Array {
  const size = Math.min(all, 2 ** Math.ceil(Math.log2(part.length)));
  const [batch] = batchesOf(part, size);
  return batch ? batch.items : part;
}
