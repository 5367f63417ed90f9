import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { type Tensor4D, transformImages } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** Moves each image by (u, v) times its size, u and v uniform in [-fraction, fraction]; black enters. */
export const shift: TensorNoise<NoiseOf<"shift">> = {
  kind: "tensor",
  apply: (x, draws, { fraction }) => {
    const images = x as Tensor4D;
    const [, height, width] = images.shape;
    return transformImages(images, draws.hostUniform(2), 2, ([u, v]) => [
      1,
      0,
      (2 * u - 1) * fraction * width,
      0,
      1,
      (2 * v - 1) * fraction * height,
    ]);
  },
};
