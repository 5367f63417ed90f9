import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { type Tensor2D, type Tensor3D, tf, toFloat } from "../tf.ts";
import type { PoolingBuild } from "./pooling.ts";

/**
 * f(x) = max_k x_k. Where several repeats are equal to the maximum they share its gradient evenly, so that K equal
 * repeats have the gradient of one (tfjs's own max would give each of them all of it).
 */
function maxOverRepeats(x: Tensor3D): Tensor2D {
  const op = tf.customGrad((input, save) => {
    const value = tf.max(input as Tensor3D, 1);
    (save as tf.GradSaveFunc)([input as Tensor3D, value]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [at, top] = saved as [Tensor3D, Tensor2D];
      const winners = toFloat(tf.equal(at, tf.expandDims(top, 1)));
      const share = tf.div(winners, tf.sum(winners, 1, true));
      return tf.mul(share, tf.expandDims(dy, 1));
    };
    return { value, gradFunc };
  });
  return op(x) as Tensor2D;
}

/** The largest repeat, entry by entry; at the level `loss` the hardest pass. */
export const max: PoolingBuild<PoolingOf<"max">> = {
  pool: maxOverRepeats,
  poolLog: maxOverRepeats,
};
