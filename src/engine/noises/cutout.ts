import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { type Tensor, type Tensor4D, tf, toFloat } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/**
 * Sets one square of side fraction * min(height, width) to black, its centre uniform over the image, so that it
 * may reach over the edge (DeVries and Taylor 2017, 1708.04552, section 3.2).
 */
export const cutout: TensorNoise<NoiseOf<"cutout">> = {
  kind: "tensor",
  apply: (x, draws, { fraction }) => {
    const images = x as Tensor4D;
    const [rows, height, width] = images.shape;
    const half = (fraction * Math.min(height, width)) / 2;
    const centres = draws.uniform(2);
    const centre = (axis: number, length: number) => tf.mul(tf.slice(centres, [0, axis], [rows, 1]), length);
    const a = tf.reshape(kept(centre(1, height), height, half), [rows, height, 1, 1]);
    const b = tf.reshape(kept(centre(0, width), width, half), [rows, 1, width, 1]);
    // A pixel goes where both its row and its column are cut.
    return tf.mul(images, tf.maximum(a, b));
  },
};

/** 0 where the centre of an entry of one axis lies within `half` of `centre` [rows, 1], else 1: [rows, length]. */
function kept(centre: Tensor, length: number, half: number): Tensor {
  const places = tf.tensor2d(
    Array.from({ length }, (_, i) => i + 0.5),
    [1, length],
  );
  return toFloat(tf.greaterEqual(tf.abs(tf.sub(places, centre)), half));
}
