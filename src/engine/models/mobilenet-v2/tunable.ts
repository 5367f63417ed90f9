import type { Backbone } from "../../../shared/plugins/backbones/index.ts";
import type { Tuning } from "../../../shared/plugins/tunings/index.ts";
import { type Tensor4D, tf } from "../../tf.ts";
import { toSquare } from "../image-input.ts";
import type { BackboneInput, HostParams, LayerDepths, TrainableBackbone } from "../model.ts";
import { named, unnamed } from "../pretrained-names.ts";
import { ResidentParams } from "../resident-params.ts";
import type { Tunable } from "../tunable.ts";
import { tunedWeights } from "../tuned-weights.ts";
import { type Layer, layersTo } from "./layers.ts";
import { endsUnit, mobilenetFeatures } from "./network.ts";
import { trainableConvolution } from "./trainable-layers.ts";
import { foldNorms } from "./weights.ts";

/** How many times its widest activation a step holds at once: measured on wasm, 32 images of 96 pixels. */
const HELD = 40;

type MobilenetCard = Extract<Backbone, { id: "mobilenet-v2" }>;

/**
 * MobileNetV2 up to its tap, to be tuned whole or in part, its batch norms folded into the convolutions: their statistics
 * stay as they were (with K noisy copies of few images a batch's own would say little), and what is trained are the folded
 * kernels and biases.
 * @param weights under the names of the published network
 */
export function tunableMobilenet(card: MobilenetCard, weights: HostParams): Tunable {
  const folded = new ResidentParams(named(foldNorms(layersTo(card.tap), weights)));
  return {
    identity: `mobilenet-v2 ${card.tap} ${card.size}`,
    parameters: Object.values(folded.host).reduce((sum, { values }) => sum + values.length, 0),
    reader: null,
    build: (tuning, input) => buildMobilenet(card, folded, tuning, input),
    release: () => folded.dispose(),
  };
}

/**
 * The network as a function of its folded weights, `backbone.Conv1.weight` and so on: images [rows, height, width, 1 or 3]
 * in [0, 1] -> [rows, channels of the tap]. Its hidden layers are the first convolution, each block, and what lies behind
 * the last block.
 * @throws Error for another input, or a tuning method that it does not know
 */
function buildMobilenet(
  { tap, size }: MobilenetCard,
  folded: ResidentParams,
  tuning: Tuning,
  input: BackboneInput,
): TrainableBackbone {
  if (input.modality !== "image") throw new Error('"mobilenet-v2" reads images only.');
  const layers = layersTo(tap);
  const depths = depthsOf(layers);
  const { trained, frozenParameters, whole } = tunedWeights("mobilenet-v2", folded, depths, tuning);
  const channelsOf = ({ name }: Layer): number => folded.host[`backbone.${name}.bias`]?.shape[0] ?? 0;
  const widest = Math.max(...activationSizes(layers, size, channelsOf));
  return {
    featureSize: channelsOf(layers.at(-1) as Layer),
    widest: Math.max(input.height * input.width * input.channels, widest),
    held: HELD * widest,
    numHidden: depths.count,
    depths,
    frozenParameters,
    init: () => trained,
    apply: (params, x, { hidden }) =>
      tf.tidy(() => {
        const images = toSquare(x as Tensor4D, size);
        return mobilenetFeatures(unnamed(whole(params)), images, tap, { convolve: trainableConvolution, hidden });
      }),
  };
}

/** A weight lies as deep as its unit: the first convolution at 0. */
function depthsOf(layers: readonly Layer[]): LayerDepths {
  let units = 0;
  const depths = new Map<string, number>();
  for (const layer of layers) {
    depths.set(`backbone.${layer.name}`, units);
    if (endsUnit(layer, layers)) units++;
  }
  return { of: (name) => depths.get(name.replace(/\.(weight|bias)$/, "")) ?? units, count: units };
}

/** Numbers that each layer gives for one image, the patches of the first one before them. */
function activationSizes(layers: readonly Layer[], size: number, channelsOf: (layer: Layer) => number): number[] {
  let side = size;
  const sizes = layers.map((layer) => {
    side = Math.floor(side / layer.stride);
    return side * side * channelsOf(layer);
  });
  const [first = size * size * 3] = sizes;
  const patches = (first / channelsOf(layers[0] as Layer)) * 9 * 3;
  return [patches, ...sizes];
}
