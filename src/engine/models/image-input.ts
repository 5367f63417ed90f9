import { type Tensor, type Tensor4D, tf } from "../tf.ts";

/** Mean and standard deviation of each colour over ImageNet, with pixels in [0, 1]; the original example's too. */
const MEAN = [0.485, 0.456, 0.406];
const STD_DEV = [0.229, 0.224, 0.225];
const average = (values: number[]): number[] => [values.reduce((a, b) => a + b, 0) / values.length];

/** (x - mean) / sd by channel, x [n, height, width, 1 or 3] in [0, 1]; grey takes the mean over the colours. */
export function standardizeImages(x: Tensor): Tensor4D {
  const grey = x.shape[3] === 1;
  const shift = tf.tensor1d(grey ? average(MEAN) : MEAN);
  const scale = tf.tensor1d(grey ? average(STD_DEV) : STD_DEV);
  return tf.div(tf.sub(x, shift), scale) as Tensor4D;
}

/** [rows, height, width, 1 or 3] -> [rows, side, side, 3]: bilinear, grey in all three channels. */
export function toSquare(images: Tensor4D, side: number): Tensor4D {
  const [, height, width, channels] = images.shape;
  const resized =
    height === side && width === side ? images : tf.image.resizeBilinear(images, [side, side], false, true);
  return channels === 1 ? tf.tile(resized, [1, 1, 1, 3]) : resized;
}
