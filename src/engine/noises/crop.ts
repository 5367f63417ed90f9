import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { moveImages } from "../move-images.ts";
import { type Tensor2D, type Tensor4D, tf } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** Stretches a part of side s, uniform in [minScale, 1], at a uniform place inside the image, to full size. */
export const crop: TensorNoise<NoiseOf<"crop">> = {
  kind: "tensor",
  apply: (x, draws, { minScale }) => {
    const images = x as Tensor4D;
    const [rows, height, width] = images.shape;
    const numbers = draws.uniform(3);
    // 1 - s, and the share of it that lies to the left and above.
    const cut = tf.mul(tf.sub(1, tf.slice(numbers, [0, 0], [rows, 1])), 1 - minScale);
    const before = tf.mul(tf.slice(numbers, [0, 1], [rows, 2]), cut);
    return moveImages(images, tf.concat([cut, before], 1) as Tensor2D, [
      [-1, 0, 0, 0, -1, 0],
      [0, 0, width - 1, 0, 0, 0],
      [0, 0, 0, 0, 0, height - 1],
    ]);
  },
};
