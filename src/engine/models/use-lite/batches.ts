import { type Tensor2D, tf } from "../../tf.ts";
import type { HostParam, Params } from "../model.ts";
import { encodeEmbedded } from "./encoder.ts";
import { timingSignal } from "./timing-signal.ts";

/** Rows of a pass through the encoder; its length is a multiple of a few tokens. So buffers are used again. */
const ROWS_PER_PASS = 16;
const LENGTH_STEP = 4;

/** The encoder on its device, with the embeddings on the host, where they are looked up. */
export interface UseLiteParameters {
  readonly params: Params;
  /** [8002, 256] */
  readonly embedding: HostParam;
}

/** A text as the encoder reads it. */
export interface Sequence {
  readonly ids: Int32Array;
  /** Added to the embeddings of its tokens [ids.length, 256], or null. */
  readonly offset: Float32Array | null;
}

/**
 * Sentence vectors of token sequences of any lengths: [sequences, 512]. Equal sequences
 * without noise are encoded once; the others go through the encoder beside those of about their length.
 */
export function encodeSequences(parameters: UseLiteParameters, sequences: readonly Sequence[]): Tensor2D {
  const keys = sequences.map(({ ids, offset }, i) => (offset ? `${i}: ${ids.join()}` : ids.join()));
  const distinct = new Map(sequences.map((sequence, i) => [keys[i] as string, sequence]));
  return tf.tidy(() => {
    const passes: Tensor2D[] = [];
    const rowOf = new Map<Sequence, number>();
    let firstRow = 0;
    for (const batch of arrange([...distinct.values()])) {
      const vectors = encodeBatch(parameters, batch);
      passes.push(vectors);
      for (const [i, sequence] of batch.entries()) rowOf.set(sequence, firstRow + i);
      firstRow += vectors.shape[0];
    }
    const order = keys.map((key) => rowOf.get(distinct.get(key) as Sequence) as number);
    return tf.gather(tf.concat(passes, 0), tf.tensor1d(order, "int32")) as Tensor2D;
  });
}

/**
 * Sorts sequences, the longest first, and cuts them into batches. None is less than half as long as the longest beside
 * it, so that one long text among short ones does not make padding of all of them.
 */
function arrange(sequences: readonly Sequence[]): Sequence[][] {
  const batches: Sequence[][] = [];
  for (const sequence of [...sequences].sort((a, b) => b.ids.length - a.ids.length)) {
    const batch = batches.at(-1);
    const longest = batch?.[0]?.ids.length ?? 0;
    const fits = longest <= LENGTH_STEP || 2 * sequence.ids.length >= longest;
    if (batch && batch.length < ROWS_PER_PASS && fits) batch.push(sequence);
    else batches.push([sequence]);
  }
  return batches;
}

/** Encodes a batch, its longest first, out of 2 (embedding + offset) + timing signal, in a power of two of rows; those beyond its members are padding. */
function encodeBatch({ params, embedding }: UseLiteParameters, batch: readonly Sequence[]): Tensor2D {
  const width = embedding.shape[1] as number;
  const rows = 2 ** Math.ceil(Math.log2(batch.length));
  const longest = Math.max(1, batch[0]?.ids.length ?? 0);
  const length = Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP;
  const embedded = new Float32Array(rows * length * width);
  const mask = new Float32Array(rows * length);
  const timing = timingSignal(length, width);
  for (const [row, { ids, offset }] of batch.entries()) {
    for (const [position, id] of ids.entries()) {
      const token = row * length + position;
      mask[token] = 1;
      for (let j = 0; j < width; j++) {
        const noise = offset ? (offset[position * width + j] as number) : 0;
        const plain = embedding.values[id * width + j] as number;
        embedded[token * width + j] = 2 * (plain + noise) + (timing[position * width + j] as number);
      }
    }
  }
  return encodeEmbedded(params, tf.tensor3d(embedded, [rows, length, width]), tf.tensor2d(mask, [rows, length]));
}
