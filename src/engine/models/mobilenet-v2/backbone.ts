import type { Backbone } from "../../../shared/plugins/backbones/index.ts";
import type { FrozenBackbone } from "../../features/frozen-backbone.ts";
import { imagesOf, imagesWithViews, showImageViews } from "../../features/image-views.ts";
import { type Tensor, type Tensor2D, type Tensor4D, tf } from "../../tf.ts";
import { toSquare } from "../image-input.ts";
import type { HostParams } from "../model.ts";
import { layersTo } from "./layers.ts";
import { mobilenetFeatures } from "./network.ts";
import { foldNorms } from "./weights.ts";

type MobilenetCard = Extract<Backbone, { id: "mobilenet-v2" }>;

/** Images that go through the network at a time, always as many, so that the GPU's programs and buffers serve again. */
const BATCH = 16;
/** Batches between two signs of progress. */
const BATCHES_PER_CALL = 4;
const EDGES: [number, number][] = [
  [0, 0],
  [0, 0],
  [0, 0],
];

/** The backbone as it is, on the current backend. @param weights under the names of the published network */
export function mobilenetBackbone({ tap, size }: MobilenetCard, weights: HostParams): FrozenBackbone {
  const folded = Object.entries(foldNorms(layersTo(tap), weights));
  const params = Object.fromEntries(folded.map(([name, { values, shape }]) => [name, tf.tensor(values, [...shape])]));
  const encodeBatch = (images: Tensor4D): Tensor2D =>
    tf.tidy(() => mobilenetFeatures(params, toSquare(images, size), tap));
  return {
    featureSize: folded.at(-1)?.[1].values.length ?? 0,
    parameters: folded.reduce((sum, [, { values }]) => sum + values.length, 0),
    itemsPerCall: BATCH * BATCHES_PER_CALL,
    encode: (experiment, inputs, items, views, draw) =>
      tf.tidy(() => inBatches(imagesWithViews(experiment, imagesOf(inputs), items, views, draw), encodeBatch)),
    show: showImageViews,
    dispose: () => tf.dispose(params),
  };
}

/** Puts images through in batches of equal shape, the last filled up with black: [rows, ...] -> [rows, features]. */
function inBatches(images: Tensor4D, encode: (batch: Tensor4D) => Tensor2D): Tensor2D {
  const rows = images.shape[0];
  const batches = Math.ceil(rows / BATCH);
  const filled = tf.pad(images as Tensor, [[0, batches * BATCH - rows], ...EDGES]) as Tensor4D;
  const features = Array.from({ length: batches }, (_, i) => encode(tf.slice(filled, i * BATCH, BATCH)));
  return tf.slice(tf.concat(features, 0), 0, rows);
}
