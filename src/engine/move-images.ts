import { type Affine, type Tensor2D, type Tensor4D, tf, transformImages } from "./tf.ts";

/** [a0, a1, a2, b0, b1, b2] of the map that leaves an image as it is, and two zeros that tfjs wants. */
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0];

/**
 * Resamples each image under the affine map identity + sum_j factor_j direction_j: images [n, height, width,
 * channels], factors [n, m] on the device, m directions. The maps are made where the factors are, so that a training
 * step uploads none.
 */
export function moveImages(images: Tensor4D, factors: Tensor2D, directions: readonly Affine[]): Tensor4D {
  const rows = tf.tensor2d(directions.map((direction) => [...direction, 0, 0]));
  return transformImages(images, tf.add(tf.matMul(factors, rows), tf.tensor1d(IDENTITY)) as Tensor2D);
}
