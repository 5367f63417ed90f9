import type { Experiment } from "../../../shared/experiment.ts";
import type { TextInputs } from "../../data/dataset.ts";
import type { FrozenBackbone } from "../../features/frozen-backbone.ts";
import { imagesOf, imagesWithViews, showImageViews } from "../../features/image-views.ts";
import { PADDING, tokenRows, tokenViews } from "../../features/token-data.ts";
import { embeddingOffsets } from "../../features/token-views.ts";
import { type Tensor, type Tensor2D, tf } from "../../tf.ts";
import { toSquare } from "../image-input.ts";
import type { Context } from "../model.ts";
import { ResidentParams } from "../resident-params.ts";
import type { TokenReader } from "../tunable.ts";
import { encode } from "./encoder.ts";
import type { LoadedTransformer } from "./loaded.ts";
import { pooled } from "./pooling.ts";
import { numTokens } from "./shapes.ts";

/** Rows of a pass, and what its length is a multiple of: so that programs and buffers serve again. */
const ROWS = 16;
const LENGTH_STEP = 8;
/** Tokens that one call handles, so that calling it off is heard in time. */
const TOKENS_PER_CALL = 2048;

/** A pretrained transformer that stays as it is, on the current backend. */
export function frozenTransformer(loaded: LoadedTransformer): FrozenBackbone {
  const { config, params: host, reader } = loaded;
  const resident = new ResidentParams(host);
  const params = resident.get(Object.keys(host));
  const encodeRows = (x: Tensor, offset: Tensor | null): Tensor2D => {
    const context: Context = {
      hidden: (activation) => activation,
      embedded: (embeddings) => (offset ? tf.add(embeddings, offset) : embeddings),
    };
    return pooled(config, params, encode({ config }, params, x, context));
  };
  const common = {
    featureSize: config.hidden,
    parameters: Object.values(host).reduce((sum, { values }) => sum + values.length, 0),
    dispose: () => resident.dispose(),
  };
  if (config.input.modality === "image") {
    const { side } = config.input;
    return {
      ...common,
      itemsPerCall: Math.max(1, Math.floor(TOKENS_PER_CALL / numTokens(config))),
      encode: (experiment, inputs, items, views, draw) =>
        tf.tidy(() => {
          const images = imagesWithViews(experiment, imagesOf(inputs), items, views, draw);
          return encodeRows(toSquare(images, side), null);
        }),
      show: showImageViews,
    };
  }
  const reads = reader as TokenReader;
  return {
    ...common,
    itemsPerCall: 32,
    encode: (experiment, inputs, items, views, draw) =>
      tf.tidy(() => encodeTexts(textsOf(inputs, experiment, items, reads, views, draw, config.hidden), encodeRows)),
    show: async ({ experiment, inputs, item, count, draw }) =>
      tokenViews(experiment, textInputs(inputs).texts[item] ?? "", item, reads, { views: count, draw }),
  };
}

/** A text, or a view of it, as it goes through the network. */
interface Sequence {
  readonly ids: Float32Array;
  /** Added to the embeddings of its tokens [ids.length, hidden], or null. */
  readonly offset: Float32Array | null;
}

function textsOf(
  inputs: Parameters<FrozenBackbone["encode"]>[1],
  experiment: Experiment,
  items: Int32Array,
  reader: TokenReader,
  views: number,
  draw: number,
  width: number,
): Sequence[] {
  const { values, length } = tokenRows(experiment, textInputs(inputs), items, reader, { views, draw });
  return Array.from(items).flatMap((item, i) => {
    const rows = Array.from({ length: 1 + views }, (_, view) => {
      const row = values.subarray((i * (1 + views) + view) * length, (i * (1 + views) + view + 1) * length);
      const end = row.indexOf(PADDING);
      return end < 0 ? row : row.subarray(0, end);
    });
    const lengths = rows.slice(1).map((row) => row.length);
    const offsets = [null, ...embeddingOffsets({ experiment, item, views, draw }, lengths, width)];
    return rows.map((ids, view) => ({ ids, offset: offsets[view] ?? null }));
  });
}

/** Vectors of sequences, those of about one length beside each other: [sequences, hidden], in their order. */
function encodeTexts(
  sequences: readonly Sequence[],
  encodeRows: (x: Tensor, offset: Tensor | null) => Tensor2D,
): Tensor2D {
  const sorted = [...sequences.keys()].sort((a, b) => lengthOf(sequences[b]) - lengthOf(sequences[a]));
  const passes: Tensor2D[] = [];
  const placeOf = new Int32Array(sequences.length);
  for (let start = 0; start < sorted.length; start += ROWS) {
    const members = sorted.slice(start, start + ROWS);
    const batch = members.map((i) => sequences[i] as Sequence);
    for (const [row, i] of members.entries()) placeOf[i] = start + row;
    // The last pass is filled up, and the rows that fill it are left out.
    passes.push(tf.slice(encodeBatch(batch, encodeRows), 0, members.length));
  }
  return tf.gather(tf.concat(passes, 0), tf.tensor1d(placeOf, "int32")) as Tensor2D;
}

const lengthOf = (sequence: Sequence | undefined): number => sequence?.ids.length ?? 0;

function encodeBatch(batch: readonly Sequence[], encodeRows: (x: Tensor, offset: Tensor | null) => Tensor2D): Tensor2D {
  const length = Math.ceil(Math.max(1, lengthOf(batch[0])) / LENGTH_STEP) * LENGTH_STEP;
  const ids = new Float32Array(ROWS * length).fill(PADDING);
  for (const [row, sequence] of batch.entries()) ids.set(sequence.ids, row * length);
  const x = tf.tensor2d(ids, [ROWS, length]);
  const [noisy] = batch.flatMap(({ offset, ids: own }) => (offset ? [offset.length / own.length] : []));
  if (noisy === undefined) return encodeRows(x, null);
  const offsets = new Float32Array(ROWS * length * noisy);
  for (const [row, { offset }] of batch.entries()) if (offset) offsets.set(offset, row * length * noisy);
  return encodeRows(x, tf.tensor3d(offsets, [ROWS, length, noisy]));
}

function textInputs(inputs: Parameters<FrozenBackbone["encode"]>[1]): TextInputs {
  if (inputs.modality !== "text") throw new Error("This model reads text only.");
  return inputs;
}
