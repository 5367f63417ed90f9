import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { tf, toFloat } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/** x * m / (1 - rate), m ~ Bernoulli(1 - rate), a mask of its own for every repeat (Srivastava et al. 2014). */
export const dropout: TensorNoise<NoiseOf<"dropout">> = {
  kind: "tensor",
  apply: (x, draws, { rate }) => {
    if (rate === 0) return x;
    const size = x.shape.slice(1).reduce((a, b) => a * b, 1);
    const kept = toFloat(tf.greaterEqual(draws.uniform(size), rate));
    return tf.mul(x, tf.reshape(tf.div(kept, 1 - rate), x.shape));
  },
};
