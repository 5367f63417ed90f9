import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { type Tensor4D, transformImages } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** Turns each image about its centre by an angle uniform in [-degrees, degrees]; black enters at the corners. */
export const rotate: TensorNoise<NoiseOf<"rotate">> = {
  kind: "tensor",
  apply: (x, draws, { degrees }) => {
    const images = x as Tensor4D;
    const [, height, width] = images.shape;
    const centreX = (width - 1) / 2;
    const centreY = (height - 1) / 2;
    return transformImages(images, draws.hostUniform(1), 1, ([u]) => {
      const angle = ((2 * u - 1) * degrees * Math.PI) / 180;
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      return [cos, -sin, centreX - cos * centreX + sin * centreY, sin, cos, centreY - sin * centreX - cos * centreY];
    });
  },
};
