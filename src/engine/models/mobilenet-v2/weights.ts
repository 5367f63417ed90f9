import type { HostParam, HostParams } from "../model.ts";
import type { Layer } from "./layers.ts";

/** What a tfjs layers model says of one weight: values are `min + scale * byte`. */
interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly quantization: { readonly min: number; readonly scale: number; readonly dtype: "uint8" };
}

/** The part of a tfjs layers model (model.json) that says where its weights lie, in the order of their bytes. */
export interface LayersModel {
  readonly weightsManifest: readonly { readonly weights: readonly WeightEntry[] }[];
}

/** The batch norms' epsilon in the published network. */
const EPSILON = 1e-3;

const sizeOf = ({ shape }: Pick<WeightEntry, "shape">): number => shape.reduce((a, b) => a * b, 1);
const entriesOf = ({ weightsManifest }: LayersModel): WeightEntry[] =>
  weightsManifest.flatMap((group) => group.weights);

/** Bytes that all weights of a model take: one each. */
export function weightBytes(model: LayersModel): number {
  return entriesOf(model).reduce((sum, entry) => sum + sizeOf(entry), 0);
}

/** Weights under the names that the model gives them, such as `Conv1/kernel`. */
export function dequantise(model: LayersModel, bytes: Uint8Array): HostParams {
  const weights: Record<string, HostParam> = {};
  let offset = 0;
  for (const entry of entriesOf(model)) {
    const { min, scale } = entry.quantization;
    const own = bytes.subarray(offset, offset + sizeOf(entry));
    weights[entry.name] = { shape: entry.shape, values: Float32Array.from(own, (byte) => min + scale * byte) };
    offset += own.length;
  }
  return weights;
}

/**
 * Folds each layer's batch norm into its convolution: W' = W g, b' = beta - mean g by channel of the output, with
 * g = gamma / sqrt(variance + epsilon) (Ioffe and Szegedy 2015, 1502.03167, section 3.1).
 * @returns `NAME.weight` and `NAME.bias` of every layer
 */
export function foldNorms(layers: readonly Layer[], weights: HostParams): HostParams {
  return Object.assign({}, ...layers.map((layer) => foldNorm(layer, weights)));
}

function foldNorm({ name, norm, kind }: Layer, weights: HostParams): HostParams {
  const of = (key: string): HostParam => {
    const found = weights[key];
    if (!found) throw new Error(`The weights of MobileNetV2 lack "${key}".`);
    return found;
  };
  const { shape, values } = of(`${name}/${kind === "conv" ? "kernel" : "depthwise_kernel"}`);
  const [gamma, beta, mean, variance] = ["gamma", "beta", "moving_mean", "moving_variance"].map(
    (part) => of(`${norm}/${part}`).values,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const gain = Array.from(gamma, (g, c) => g / Math.sqrt((variance[c] as number) + EPSILON));
  // A depthwise kernel is [3, 3, channels, 1], any other [.., .., inputs, channels]: channels come last in both.
  const weight = values.map((value, i) => value * (gain[i % gain.length] as number));
  const bias = beta.map((b, c) => b - (mean[c] as number) * (gain[c] as number));
  return {
    [`${name}.weight`]: { shape, values: weight },
    [`${name}.bias`]: { shape: [gain.length], values: bias },
  };
}
