import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { type Tensor4D, transformImages } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** Mirrors each image left to right with the given probability: x -> width - 1 - x. */
export const flip: TensorNoise<NoiseOf<"flip">> = {
  kind: "tensor",
  apply: (x, draws, { probability }) => {
    const images = x as Tensor4D;
    const width = images.shape[2];
    return transformImages(images, draws.hostUniform(1), 1, ([u]) =>
      u < probability ? [-1, 0, width - 1, 0, 1, 0] : [1, 0, 0, 0, 1, 0],
    );
  },
};
