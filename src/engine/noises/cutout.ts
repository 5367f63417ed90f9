import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { type Tensor4D, tf } from "../tf.ts";
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
    const centres = draws.hostUniform(2);
    const keptX = new Float32Array(rows * width).fill(1);
    const keptY = new Float32Array(rows * height).fill(1);
    for (let row = 0; row < rows; row++) {
      cut(keptX, row * width, width, (centres[row * 2] as number) * width, half);
      cut(keptY, row * height, height, (centres[row * 2 + 1] as number) * height, half);
    }
    // A pixel goes where both its row and its column are cut: 1 - (1 - a)(1 - b) = a + b - a b.
    const a = tf.tensor(keptY, [rows, height, 1, 1]);
    const b = tf.tensor(keptX, [rows, 1, width, 1]);
    return tf.mul(images, tf.sub(tf.add(a, b), tf.mul(a, b)));
  },
};

/** Zeroes the entries of one axis whose centres lie within `half` of `centre`. */
function cut(kept: Float32Array, offset: number, length: number, centre: number, half: number): void {
  for (let i = 0; i < length; i++) if (Math.abs(i + 0.5 - centre) < half) kept[offset + i] = 0;
}
