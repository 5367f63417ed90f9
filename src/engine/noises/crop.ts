import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { type Tensor4D, transformImages } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** Stretches a part of side s, uniform in [minScale, 1], at a uniform place inside the image, to full size. */
export const crop: TensorNoise<NoiseOf<"crop">> = {
  kind: "tensor",
  apply: (x, draws, { minScale }) => {
    const images = x as Tensor4D;
    const [, height, width] = images.shape;
    return transformImages(images, draws.hostUniform(3), 3, ([u, v, w]) => {
      const scale = minScale + (1 - minScale) * u;
      return [scale, 0, v * (1 - scale) * (width - 1), 0, scale, w * (1 - scale) * (height - 1)];
    });
  },
};
