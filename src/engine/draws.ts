import { PHILOX_KERNEL, type PhiloxAttributes } from "./kernels/random.ts";
import { boxMuller, type Purpose, philox, streamKey, unitOpen } from "./rng.ts";
import { type Tensor, tf } from "./tf.ts";

/** Which numbers of which stream a pass draws. */
export interface DrawPosition {
  readonly seed: number;
  readonly purpose: Purpose;
  /** Training step, evaluation round or redraw number; not read where {@link counter} holds it. */
  readonly step: number;
  /** The same number on the device, [1] int32, where it lies there already. */
  readonly counter?: Tensor | undefined;
  readonly rows: number;
  readonly k: number;
  /** Index of the first row; a pass in parts draws what a pass in one would. */
  readonly firstRow: number;
}

/**
 * The random numbers of one noise in one pass, addressed by counter: number j of repeat k of row b at a step is
 * word j mod 4 of Philox(counter = (j div 4, b, k, step), key = (seed, purpose and sub-stream)).
 * So a draw depends on neither K nor the backend: K = 8 sees the eight views that K = 16 sees first.
 */
export class Draws {
  readonly #position: DrawPosition;
  readonly #subStream: number;
  #taken = 0;

  /** @param subStream the noise's place in the list; each use takes a stream of its own below it */
  constructor(position: DrawPosition, subStream: number) {
    this.#position = position;
    this.#subStream = subStream;
  }

  get rows(): number {
    return this.#position.rows;
  }

  get k(): number {
    return this.#position.k;
  }

  /** Uniform in (0, 1): [rows * K, size]. */
  uniform(size: number): Tensor {
    return this.#tensor(size, "uniform");
  }

  /** Standard normal: [rows * K, size]. */
  normal(size: number): Tensor {
    return this.#tensor(size, "normal");
  }

  #tensor(size: number, distribution: "uniform" | "normal"): Tensor {
    const { seed, purpose, step, counter, rows, k, firstRow } = this.#position;
    // 64 draws a noise, 1,024 noises (layers of dropout count each): far beyond what an experiment can hold.
    const key = streamKey(seed, purpose, this.#subStream * 64 + this.#taken++);
    const attributes: PhiloxAttributes = { rows, k, size, key, step, firstRow, distribution };
    const shape: [number, number] = [this.rows * this.k, size];
    if (tf.getBackend() !== "webgpu") return tf.tensor2d(hostDraw(attributes), shape);
    const counterStep = counter ?? tf.tensor1d([step], "int32");
    const drawn = tf.engine().runKernel(PHILOX_KERNEL, { counterStep }, attributes as unknown as tf.NamedAttrMap);
    return tf.reshape(drawn as Tensor, shape);
  }
}

/** The same numbers as the WGSL kernel, to 1e-6, computed here. */
export function hostDraw({ rows, k, size, key, step, firstRow, distribution }: PhiloxAttributes): Float32Array {
  const out = new Float32Array(rows * k * size);
  const words = new Uint32Array(4);
  const normal = distribution === "normal";
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let repeat = 0; repeat < k; repeat++) {
      for (let first = 0; first < size; first += 4) {
        philox(first / 4, firstRow + row, repeat, step, key[0], key[1], words);
        const count = Math.min(4, size - first);
        for (let j = 0; j < count; j++) {
          if (!normal) out[at++] = unitOpen(words[j] as number);
          else if (j % 2 === 0) {
            const [even, odd] = boxMuller(words[j] as number, words[j + 1] as number);
            out[at++] = even;
            if (j + 1 < count) out[at++] = odd;
          }
        }
      }
    }
  }
  return out;
}
