import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { moveImages } from "../move-images.ts";
import { type Tensor2D, type Tensor4D, tf } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** Turns each image about its centre by an angle uniform in [-degrees, degrees]; black enters at the corners. */
export const rotate: TensorNoise<NoiseOf<"rotate">> = {
  kind: "tensor",
  apply: (x, draws, { degrees }) => {
    const images = x as Tensor4D;
    const [, height, width] = images.shape;
    const centreX = (width - 1) / 2;
    const centreY = (height - 1) / 2;
    const half = tf.mul(tf.sub(tf.mul(draws.uniform(1), 2), 1), (degrees * Math.PI) / 360) as Tensor2D;
    return moveImages(images, versineAndSine(half), [
      [-1, 0, centreX, 0, -1, centreY],
      [0, -1, centreY, 1, 0, -centreX],
    ]);
  },
};

/** Taylor coefficients of [sin a / a, cos a] in a^2, the highest first: within 1e-8 for |a| <= pi / 2. */
const SERIES = [6, 5, 4, 3, 2, 1, 0].map((i) => [(-1) ** i / factorial(2 * i + 1), (-1) ** i / factorial(2 * i)]);

/**
 * [1 - cos 2a, sin 2a] = 2 sin a [sin a, cos a] out of half the angle, a [n, 1] -> [n, 2]. A series of our own, since
 * WGSL allows its sine an error of 2^-11, which would show as a hundredth of a pixel.
 */
function versineAndSine(a: Tensor2D): Tensor2D {
  const rows = a.shape[0];
  const squared = tf.square(a);
  const [first, ...rest] = SERIES.map((pair) => tf.tensor2d(pair, [1, 2]));
  const sum = rest.reduce((total, c) => tf.add(tf.mul(total, squared), c), first as Tensor2D);
  const sineAndCosine = tf.mul(sum, tf.concat([a, tf.onesLike(a)], 1));
  return tf.mul(tf.mul(tf.slice(sineAndCosine, [0, 0], [rows, 1]), 2), sineAndCosine) as Tensor2D;
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
