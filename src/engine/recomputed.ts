import { type Tensor, tf } from "./tf.ts";
import { insideEngine, withOwnTape } from "./tfjs-private.ts";

let current: object | null = null;

/**
 * Stands for the computation that is being done once more for a backward pass, together with the gradients taken of it;
 * null outside of any. Whoever merges equal computations keeps those of different ones apart: merged with the first, what
 * the first computed would be kept until then after all.
 */
export const recomputation = (): object | null => current;

/**
 * y = f(x_1, ..., x_n), of which the backward pass is left nothing but the inputs: it computes f once more and takes the
 * gradients of that (gradient checkpointing: Chen et al. 2016, 1604.06174, section 4). Outside of a gradient it is f.
 * @param compute f, the same in both passes: what it draws, it draws by counter, and all else that it reads is held here
 * or outlives the step
 * @param inputs what gradients are taken by, each of which f depends on
 * @param held what it reads beside that is made within the step
 */
export function recomputed<T extends Tensor>(
  compute: (inputs: Tensor[], held: Tensor[]) => T,
  inputs: readonly Tensor[],
  held: readonly Tensor[] = [],
): T {
  const count = inputs.length;
  return tf.customGrad<T>((...given) => {
    (given[count] as tf.GradSaveFunc)([...inputs, ...held]);
    const gradFunc = (dy: T, saved: Tensor[]): Tensor[] => {
      const f = (...again: Tensor[]): T => compute(again, saved.slice(count));
      return apart(() => tf.grads(f)(saved.slice(0, count), dy));
    };
    return { value: compute([...inputs], [...held]), gradFunc };
  })(...inputs);
}

/** Runs a computation that no gradient is taken of, so that a step keeps nothing of its inside. */
export const withoutGradient = <T extends Tensor>(compute: () => T): T =>
  tf.customGrad<T>(() => ({ value: compute(), gradFunc: () => [] }))();

function apart<R>(compute: () => R): R {
  const before = current;
  current = {};
  try {
    return withOwnTape(insideEngine(tf.engine()), compute);
  } finally {
    current = before;
  }
}
