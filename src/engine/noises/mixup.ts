import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import type { Draws } from "../draws.ts";
import { type Tensor, type Tensor1D, tf, toFloat } from "../tf.ts";
import type { MixingNoise } from "./noise.ts";

/**
 * l x + (1 - l) x_j for each repeat, j another sample of the batch in the same repeat, every one equally likely, and
 * l ~ Beta(alpha, alpha) (Zhang et al. 2018, 1710.09412, section 2). A batch of one stays as it is.
 */
export const mixup: MixingNoise<NoiseOf<"mixup">> = {
  kind: "mixing",
  apply: (x, draws, { alpha }) => {
    if (draws.rows === 1) return x;
    const rows = x.shape[0] as number;
    const share = tf.reshape(symmetricBeta(draws, alpha), [rows, ...x.shape.slice(1).map(() => 1)]);
    const other = tf.gather(x, partners(draws));
    return tf.add(other, tf.mul(share, tf.sub(x, other)));
  },
};

/** Row of the partner of each repeat: row b * K + k has ((b + 1 + i) mod rows) * K + k, i uniform in [0, rows - 1). */
function partners(draws: Draws): Tensor1D {
  const { rows, k } = draws;
  const u = tf.reshape(draws.uniform(1), [rows * k]);
  // A uniform so near 1 that it is rounded to 1 would make a sample its own partner.
  const away = tf.minimum(tf.floor(tf.mul(u, rows - 1)), rows - 2);
  const own = Array.from({ length: rows * k }, (_, i) => i);
  const index = tf.add(tf.mul(tf.add(away, 1), k), tf.tensor1d(own));
  return tf.cast(tf.sub(index, tf.mul(toFloat(tf.greaterEqual(index, rows * k)), rows * k)), "int32") as Tensor1D;
}

/**
 * Beta(alpha, alpha) out of two normals n, m and without rejection: with r^2 = n^2 + m^2, c = n / r and
 * q = exp(-r^2 / 2 alpha), it is (1 + c sqrt(1 - q) / sqrt(q + (1 - q) c^2)) / 2. For exp(-r^2 / 2) is uniform and c a
 * cosine at a uniform angle, so that sqrt(2 alpha (1 / q - 1)) c is Student's t with 2 alpha degrees of freedom (Bailey
 * 1994, "Polar generation of random variates with the t-distribution"), and (1 + t / sqrt(2 alpha + t^2)) / 2 is
 * Beta(alpha, alpha). Exact for every alpha > 0 but for rounding: 1e-6 as a rule, 1e-4 next to 1/2 for a large alpha.
 * @returns [rows * K, 1]
 */
export function symmetricBeta(draws: Draws, alpha: number): Tensor {
  const normals = draws.normal(2);
  // r is 0 for none of the drawn numbers; the sum keeps 0 / 0 away all the same.
  const squared = tf.add(tf.sum(tf.square(normals), 1, true), 1e-12);
  const c = tf.div(tf.slice(normals, [0, 0], [-1, 1]), tf.sqrt(squared));
  const q = tf.exp(tf.div(squared, -2 * alpha));
  const rest = tf.sub(1, q);
  const spread = tf.sqrt(tf.add(tf.add(q, tf.mul(rest, tf.square(c))), 1e-24));
  return tf.div(tf.add(tf.div(tf.mul(c, tf.sqrt(rest)), spread), 1), 2);
}
