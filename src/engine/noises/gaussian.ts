import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { tf } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** x + sd * scale * n, n ~ N(0, 1); scale is each feature's training deviation in a table's input, else 1. */
export const gaussian: TensorNoise<NoiseOf<"gaussian">> = {
  kind: "tensor",
  apply: (x, draws, { site, stdDev }, { stdDevs }) => {
    const size = x.shape.slice(1).reduce((a, b) => a * b, 1);
    const noise = tf.mul(draws.normal(size), stdDev);
    const scaled = site === "input" && stdDevs ? tf.mul(noise, stdDevs) : noise;
    return tf.add(x, tf.reshape(scaled, x.shape));
  },
  embedding: { distribution: "normal", perRootLength: false, scale: (_width, { stdDev }) => stdDev },
};
