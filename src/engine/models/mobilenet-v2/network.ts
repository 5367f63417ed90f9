import { type Tensor, type Tensor2D, type Tensor4D, tf } from "../../tf.ts";
import { param } from "../dense.ts";
import type { Params } from "../model.ts";
import { type Layer, layersTo, type Tap } from "./layers.ts";

/**
 * MobileNetV2 up to a tap, averaged over the image's places: images [rows, side, side, 3] in [0, 1] ->
 * [rows, channels of the tap]. Batch norms are part of the weights (see weights.ts).
 */
export function mobilenetFeatures(params: Params, images: Tensor4D, tap: Tap): Tensor2D {
  let x = images;
  let blockInput = images;
  for (const layer of layersTo(tap)) {
    if (layer.opens) blockInput = x;
    x = convolve(params, layer, x);
    if (layer.adds) x = tf.add(x, blockInput);
  }
  return tf.mean(x, [1, 2]) as Tensor2D;
}

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
function padded(x: Tensor4D, stride: 1 | 2): { x: Tensor4D; pad: "same" | "valid" } {
  if (stride === 1 || x.shape[1] % 2 === 0) return { x, pad: "same" };
  const zeros = [0, 1] as [number, number];
  return { x: tf.pad(x as Tensor, [[0, 0], zeros, zeros, [0, 0]]) as Tensor4D, pad: "valid" };
}
