import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { moveImages } from "../move-images.ts";
import { type Tensor2D, type Tensor4D, tf } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** Moves each image by (u, v) times its size, u and v uniform in [-fraction, fraction]; black enters. */
export const shift: TensorNoise<NoiseOf<"shift">> = {
  kind: "tensor",
  apply: (x, draws, { fraction }) => {
    const images = x as Tensor4D;
    const [, height, width] = images.shape;
    const uv = tf.sub(tf.mul(draws.uniform(2), 2), 1) as Tensor2D;
    return moveImages(images, uv, [
      [0, 0, fraction * width, 0, 0, 0],
      [0, 0, 0, 0, 0, fraction * height],
    ]);
  },
};
