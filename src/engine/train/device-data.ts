import type { EmptyRow, NoiseFacts } from "../noises/noise.ts";
import { Stream } from "../rng.ts";
import { type Tensor, type Tensor1D, type Tensor2D, tf } from "../tf.ts";
import { computedLength, type LengthGroups, lengthGroups } from "./lengths.ts";
import { type NetworkInput, rowShape, rowSize } from "./network.ts";

/** What the network reads, on the host, before it moves to the device. */
export interface NetworkData {
  readonly input: NetworkInput;
  /** Row-major; one row of `rowSize` values an item, or `1 + views` rows: the clean one first, then the bank. */
  readonly values: Float32Array | Uint8Array;
  /** Tokens of each row, where rows are tokens: what stands behind them is padding. Left out, rows are read whole. */
  readonly tokenCounts?: Int32Array;
  /** Multiplied on upload: 1/255 for pixels. */
  readonly scale: number;
  /** Noisy views a sample in the bank; 0 where noise is applied on the fly. */
  readonly views: number;
  /** Row (or first of its rows) of each item, -1 for items that are not used. */
  readonly rowOf: Int32Array;
  readonly labels: Int32Array;
  readonly numClasses: number;
  /** Training standard deviation of each input feature of a table. */
  readonly stdDevs: readonly number[] | null;
  /** A table's row of empty cells [features], and the column that each feature comes from; null for other inputs. */
  readonly emptyRow: { readonly values: Float32Array; readonly columnOf: Int32Array } | null;
}

/** Inputs and targets resident on the device: a step uploads item numbers and nothing else. */
export class DeviceData implements NoiseFacts {
  readonly stdDevs: Tensor | null;
  readonly emptyRow: EmptyRow | null;
  /** All inputs [rows, ...]. */
  readonly inputTensor: Tensor;
  readonly #targets: Tensor2D;

  constructor(readonly data: NetworkData) {
    const { input, values, scale, labels, numClasses } = data;
    const shape = rowShape(input);
    const rows = values.length / rowSize(input);
    this.inputTensor = tf.tidy(() => {
      const raw = tf.tensor(values, [rows, ...shape], values instanceof Uint8Array ? "int32" : "float32");
      const floats = tf.cast(raw, "float32");
      return scale === 1 ? floats : tf.mul(floats, scale);
    });
    this.#targets = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), numClasses), "float32") as Tensor2D);
    this.stdDevs = data.stdDevs ? tf.tensor1d([...data.stdDevs]) : null;
    this.emptyRow = data.emptyRow && {
      values: tf.tensor1d(data.emptyRow.values),
      columnOf: tf.tensor1d(data.emptyRow.columnOf, "int32"),
      numColumns: Math.max(...data.emptyRow.columnOf) + 1,
    };
  }

  /** Clean inputs of items: [items, ...], or [items, length] of as many tokens as they need. */
  inputs(items: Int32Array): Tensor {
    return this.inputsAt(this.rows(items));
  }

  /** Inputs of rows [n], as many tokens of each as they need: [n, ...]. */
  inputsAt(rows: Int32Array): Tensor {
    return this.gather(tf.tensor1d(rows, "int32"), this.computedLength(rows));
  }

  /**
   * Inputs of rows that are on the device [n], int32: [n, ...].
   * @param length tokens of each, where rows are tokens; null for all
   */
  gather(rows: Tensor1D, length: number | null): Tensor {
    const whole = tf.gather(this.inputTensor, rows);
    return length === null || length === whole.shape[1] ? whole : tf.slice(whole, [0, 0], [-1, length]);
  }

  /** Whether some rows need fewer tokens than others. */
  get hasLengths(): boolean {
    return this.data.tokenCounts !== undefined;
  }

  /** The length at which rows are computed side by side; null where they are read whole. */
  computedLength(rows: Int32Array): number | null {
    const { tokenCounts, input } = this.data;
    if (!tokenCounts) return null;
    const most = rows.reduce((longest, row) => Math.max(longest, tokenCounts[row] as number), 0);
    return computedLength(most, rowSize(input));
  }

  /** Items in groups of one length, by their clean rows, than which no noisy view is longer. */
  lengthGroups(items: Int32Array): LengthGroups {
    const of = (item: number): number => this.computedLength(this.rows(Int32Array.of(item))) as number;
    return lengthGroups(items, this.hasLengths ? { of, longest: rowSize(this.data.input) } : null);
  }

  /** The clean row of each item. */
  rows(items: Int32Array): Int32Array {
    return items.map((item) => this.#row(item));
  }

  /** Rows of K chosen views an item, chosen [items * K] -> [items * K]. */
  viewRows(items: Int32Array, k: number, chosen: Int32Array): Int32Array {
    return chosen.map((view, i) => this.#row(items[Math.floor(i / k)] as number) + 1 + view);
  }

  /** One-hot targets of items: [items, classes]. */
  targets(items: Int32Array): Tensor2D {
    return this.targetsAt(tf.tensor1d(items, "int32"));
  }

  /** The same of items that are on the device [n], int32: [n, classes]. */
  targetsAt(items: Tensor1D): Tensor2D {
    return tf.gather(this.#targets, items) as Tensor2D;
  }

  dispose(): void {
    const { values, columnOf } = this.emptyRow ?? {};
    const held = [this.inputTensor, this.#targets, this.stdDevs, values, columnOf];
    tf.dispose(held.filter((tensor) => tensor instanceof tf.Tensor));
  }

  #row(item: number): number {
    return this.data.rowOf[item] as number;
  }
}

/**
 * Which of a bank's views each place in a batch sees: [places * K], K distinct ones a place, drawn anew at each step.
 */
export function chosenViews(places: number, k: number, bank: number, seed: number, step: number): Int32Array {
  const chosen = new Int32Array(places * k);
  const order = Int32Array.from({ length: bank }, (_, i) => i);
  const stream = new Stream(seed, "views", step & 0xffffff);
  for (let place = 0; place < places; place++) {
    for (let i = 0; i < k; i++) {
      const j = i + stream.below(bank - i);
      const view = order[j] as number;
      order[j] = order[i] as number;
      order[i] = view;
      chosen[place * k + i] = view;
    }
  }
  return chosen;
}
