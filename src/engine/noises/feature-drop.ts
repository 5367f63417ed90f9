import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import { tf, toFloat } from "../tf.ts";
import type { TensorNoise } from "./noise.ts";

/**
 * Puts in place of each column's features, with the given probability, those of an empty cell: e + m (x - e),
 * m ~ Bernoulli(1 - probability). For a number e is the training mean under any scaling (and the flag for missing
 * ones, where there is one), for a category zeros. Without known columns every feature is one, and e is 0.
 */
export const featureDrop: TensorNoise<NoiseOf<"feature-drop">> = {
  kind: "tensor",
  apply: (x, draws, { probability }, { emptyRow }) => {
    if (probability === 0) return x;
    const columns = emptyRow?.numColumns ?? (x.shape[1] as number);
    const kept = toFloat(tf.greaterEqual(draws.uniform(columns), probability));
    if (!emptyRow) return tf.mul(x, kept);
    const { values, columnOf } = emptyRow;
    return tf.add(values, tf.mul(tf.gather(kept, columnOf, 1), tf.sub(x, values)));
  },
};
