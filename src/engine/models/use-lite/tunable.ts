import type { Tuning } from "../../../shared/plugins/tunings/index.ts";
import { type Tensor, type Tensor2D, type Tensor3D, tf } from "../../tf.ts";
import { param } from "../dense.ts";
import type { BackboneInput, Context, LayerDepths, Params, TrainableBackbone } from "../model.ts";
import { named, unnamed } from "../pretrained-names.ts";
import { ResidentParams } from "../resident-params.ts";
import type { Tunable } from "../tunable.ts";
import { tunedWeights } from "../tuned-weights.ts";
import { encodeEmbedded, NUM_HEADS } from "./encoder.ts";
import type { UseLiteFiles } from "./files.ts";
import { readerOf } from "./reader.ts";
import { timingSignal } from "./timing-signal.ts";
import { NUM_LAYERS } from "./weights.ts";

/** How many times its widest activation a step holds at once: measured on wasm, 16 texts of 128 tokens. */
const HELD = 64;

const DEPTHS: LayerDepths = { of: depthOf, count: NUM_LAYERS + 1 };

/** Universal Sentence Encoder Lite, to be tuned whole or in part, its embeddings too. */
export function tunableUseLite({ vocabulary, params }: UseLiteFiles): Tunable {
  const weights = new ResidentParams(named(params));
  return {
    identity: "use-lite",
    parameters: Object.values(params).reduce((sum, { values }) => sum + values.length, 0),
    reader: readerOf(vocabulary),
    build: (tuning, input) => buildUseLite(weights, tuning, input),
    release: () => weights.dispose(),
  };
}

/**
 * The encoder as a function of its weights, `backbone.embedding.weight` and so on (see weights.ts): rows of token ids
 * [rows, tokens], -1 at padding -> sentence vectors [rows, 512]. Its hidden layers are its two transformer layers.
 * @throws Error for another input, or a tuning method that it does not know
 */
function buildUseLite(weights: ResidentParams, tuning: Tuning, input: BackboneInput): TrainableBackbone {
  if (input.modality !== "tokens") throw new Error('"use-lite" reads text only.');
  const { trained, frozenParameters, whole } = tunedWeights("use-lite", weights, DEPTHS, tuning);
  const widths = Object.values(weights.host).map(({ shape }) => shape.at(-1) ?? 0);
  const widest = input.length * Math.max(NUM_HEADS * input.length, ...widths);
  return {
    featureSize: weights.host["backbone.output.bias"]?.shape[0] ?? 0,
    widest,
    held: HELD * widest,
    numHidden: NUM_LAYERS,
    depths: DEPTHS,
    frozenParameters,
    init: () => trained,
    apply: (params, ids, context) => {
      const own = unnamed(whole(params));
      const mask = tf.clipByValue(tf.add(ids, 1), 0, 1) as Tensor2D;
      return encodeEmbedded(own, embed(own, ids, mask, context), mask, context);
    },
  };
}

/** 0 for the embeddings, then the layers, and what lies above them. */
function depthOf(name: string): number {
  const layer = /^backbone\.layer_(\d+)\./.exec(name);
  if (layer) return Number(layer[1]) + 1;
  return name.startsWith("backbone.embedding.") ? 0 : NUM_LAYERS + 1;
}

/** 2 (embedding + noise) + timing signal: ids [rows, tokens] -> [rows, tokens, width]. */
function embed(params: Params, ids: Tensor, mask: Tensor2D, context: Context): Tensor3D {
  const table = param(params, "embedding.weight");
  const [length, width] = [mask.shape[1], table.shape[1] as number];
  const found = tf.gather(table, tf.cast(tf.relu(tf.reshape(ids, [-1])), "int32"));
  const noisy = context.embedded(tf.reshape(found, [-1, length, width]), mask);
  return tf.add(tf.mul(noisy, 2), tf.tensor2d(timingSignal(length, width), [length, width])) as Tensor3D;
}
