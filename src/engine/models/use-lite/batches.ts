import { type Tensor2D, tf } from "../../tf.ts";
import type { HostParam, Params } from "../model.ts";
import { encodeEmbedded } from "./encoder.ts";

/** The encoder reads no further than this. */
export const MAX_TOKENS = 128;

/** Sequences are padded to one of these, so that few shapes occur and buffers are used again. */
const LENGTHS = [8, 16, 24, 32, 48, 64, 96, MAX_TOKENS];
/** Tokens, padding included, that one pass through the encoder takes. */
const TOKENS_PER_PASS = 1024;
const SLOWEST_WAVELENGTH = 1e4;

/** The encoder on its device, with the embeddings on the host, where they are looked up. */
export interface UseLiteParameters {
  readonly params: Params;
  /** [8002, 256] */
  readonly embedding: HostParam;
}

/**
 * Sentence vectors of token sequences of any lengths up to {@link MAX_TOKENS}: [sequences, 512]. Equal sequences are
 * encoded once; the others go through the encoder beside those of about their length.
 */
export function encodeSequences(parameters: UseLiteParameters, sequences: readonly Int32Array[]): Tensor2D {
  const distinct = new Map<string, Int32Array>();
  for (const ids of sequences) distinct.set(ids.join(), ids);
  return tf.tidy(() => {
    const passes: Tensor2D[] = [];
    const rowOf = new Map<string, number>();
    let row = 0;
    for (const { length, rows, members } of arrange([...distinct.values()])) {
      passes.push(encodeBatch(parameters, members, rows, length));
      for (const [i, ids] of members.entries()) rowOf.set(ids.join(), row + i);
      row += rows;
    }
    const order = sequences.map((ids) => rowOf.get(ids.join()) as number);
    return tf.gather(tf.concat(passes, 0), tf.tensor1d(order, "int32")) as Tensor2D;
  });
}

interface Batch {
  readonly length: number;
  /** Rows of the pass; those beyond the members are padding. */
  readonly rows: number;
  readonly members: readonly Int32Array[];
}

/** Sorts sequences into batches of one padded length and of a power of two of rows. */
function arrange(sequences: readonly Int32Array[]): Batch[] {
  return LENGTHS.flatMap((length, i) => {
    const shorter = LENGTHS[i - 1] ?? -1;
    const fitting = sequences.filter((ids) => ids.length > shorter && ids.length <= length);
    const limit = 2 ** Math.floor(Math.log2(TOKENS_PER_PASS / length));
    const batches: Batch[] = [];
    for (let start = 0; start < fitting.length; start += limit) {
      const members = fitting.slice(start, start + limit);
      batches.push({ length, rows: 2 ** Math.ceil(Math.log2(members.length)), members });
    }
    return batches;
  });
}

/**
 * Encodes sequences of at most `length` tokens. Position p of a sequence enters as 2 embedding[id] + [sin(p / w),
 * cos(p / w)] with 128 wavelengths w from 1 to 10,000 in a geometric progression (1706.03762, section 3.5).
 */
function encodeBatch(
  { params, embedding }: UseLiteParameters,
  sequences: readonly Int32Array[],
  rows: number,
  length: number,
): Tensor2D {
  const width = embedding.shape[1] as number;
  const embedded = new Float32Array(rows * length * width);
  const mask = new Float32Array(rows * length);
  for (const [row, ids] of sequences.entries()) {
    for (const [position, id] of ids.entries()) {
      const at = (row * length + position) * width;
      mask[row * length + position] = 1;
      for (let j = 0; j < width; j++)
        embedded[at + j] = 2 * (embedding.values[id * width + j] as number) + timingSignal(position, j, width);
    }
  }
  return encodeEmbedded(params, tf.tensor3d(embedded, [rows, length, width]), tf.tensor2d(mask, [rows, length]));
}

function timingSignal(position: number, j: number, width: number): number {
  const half = width / 2;
  const angle = position * SLOWEST_WAVELENGTH ** (-(j % half) / (half - 1));
  return j < half ? Math.sin(angle) : Math.cos(angle);
}
