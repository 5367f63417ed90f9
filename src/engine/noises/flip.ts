import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { moveImages } from "../move-images.ts";
import { type Tensor2D, type Tensor4D, tf, toFloat } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** Mirrors each image left to right with the given probability: x -> width - 1 - x. */
export const flip: TensorNoise<NoiseOf<"flip">> = {
  kind: "tensor",
  apply: (x, draws, { probability }) => {
    const images = x as Tensor4D;
    const width = images.shape[2];
    const mirrored = toFloat(tf.less(draws.uniform(1), probability)) as Tensor2D;
    return moveImages(images, mirrored, [[-2, 0, width - 1, 0, 0, 0]]);
  },
};
