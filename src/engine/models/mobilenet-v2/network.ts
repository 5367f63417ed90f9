import { type Tensor, type Tensor2D, type Tensor4D, tf } from "../../tf.ts";
import { param } from "../dense.ts";
import type { Context, Params } from "../model.ts";
import { type Layer, layersTo, type Tap } from "./layers.ts";

/** How a layer is computed, and what its units pass through. */
interface Pass {
  readonly convolve: (params: Params, layer: Layer, x: Tensor4D) => Tensor4D;
  readonly hidden: Context["hidden"];
}

const CLEAN: Pass = { convolve, hidden: (activation) => activation };

/**
 * MobileNetV2 up to a tap, averaged over the image's places: images [rows, side, side, 3] in [0, 1] ->
 * [rows, channels of the tap]. Batch norms are part of the weights (see weights.ts).
 */
export function mobilenetFeatures(params: Params, images: Tensor4D, tap: Tap, pass: Pass = CLEAN): Tensor2D {
  const layers = layersTo(tap);
  let x = images;
  let blockInput = images;
  let units = 0;
  for (const layer of layers) {
    if (layer.opens) blockInput = x;
    x = pass.convolve(params, layer, x);
    if (layer.adds) x = tf.add(x, blockInput);
    if (endsUnit(layer, layers)) x = pass.hidden(x, units++) as Tensor4D;
  }
  return tf.mean(x, [1, 2]) as Tensor2D;
}

/** True for the first convolution, the last layer of a block, and the tap. */
export const endsUnit = (layer: Layer, layers: readonly Layer[]): boolean =>
  layer === layers[0] || !layer.relu6 || layer === layers.at(-1);

/** x * W + b, clipped to [0, 6] where the layer has a ReLU6. */
function convolve(params: Params, { name, kind, stride, relu6 }: Layer, x: Tensor4D): Tensor4D {
  const options = {
    ...padded(x, stride),
    filter: param(params, `${name}.weight`) as Tensor4D,
    bias: param(params, `${name}.bias`),
    strides: stride,
    activation: relu6 ? ("relu6" as const) : ("linear" as const),
  };
  return kind === "conv" ? tf.fused.conv2d(options) : tf.fused.depthwiseConv2d(options);
}

/**
 * With stride 2 the network has one row and column of zeros at the bottom and right. For an even side that is what
 * "same" means; for an odd one "same" would have them on all four edges.
 */
export function padded(x: Tensor4D, stride: 1 | 2): { x: Tensor4D; pad: "same" | "valid" } {
  if (stride === 1 || x.shape[1] % 2 === 0) return { x, pad: "same" };
  const zeros = [0, 1] as [number, number];
  return { x: tf.pad(x as Tensor, [[0, 0], zeros, zeros, [0, 0]]) as Tensor4D, pad: "valid" };
}
