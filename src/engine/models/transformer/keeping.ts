import { recomputed, withoutGradient } from "../../recomputed.ts";
import type { Tensor, Tensor3D } from "../../tf.ts";
import type { Pass } from "./attention.ts";
import { depthOf } from "./shapes.ts";

/** What the layers of a transformer leave to the backward pass. */
export interface Keeping {
  /** Names of what gradients are taken by; null where that is not known. */
  readonly trained: readonly string[] | null;
  /** Whether a layer leaves no more than what enters it, and is computed again. */
  readonly recompute: boolean;
}

export const KEEP_ALL: Keeping = { trained: null, recompute: false };

/** What enters a layer: x [rows, tokens, hidden], and the bias of its scores. */
export interface Entering {
  readonly x: Tensor3D;
  readonly bias: Tensor | null;
}

/**
 * A layer i as it is to be kept. Where nothing that is trained lies in it or below it, nothing of it is.
 * @param compute the layer, within a pass and of what enters it
 */
export function kept(
  { trained, recompute }: Keeping,
  pass: Pass,
  i: number,
  entering: Entering,
  compute: (pass: Pass, entering: Entering) => Tensor3D,
): Tensor3D {
  const plain = () => compute(pass, entering);
  if (!trained) return plain();
  const depths = trained.map((name) => depthOf(name, pass.config));
  const own = trained.filter((_, at) => depths[at] === i + 1);
  const isReached = depths.some((depth) => depth <= i);
  if (!isReached && own.length === 0) return withoutGradient(plain);
  if (!recompute) return plain();
  const { x, bias } = entering;
  const inputs = [...own.map((name) => pass.params[name] as Tensor), ...(isReached ? [x] : [])];
  const held = [...(isReached ? [] : [x]), ...(bias ? [bias] : [])];
  return recomputed(
    (at, others) => {
      const params = { ...pass.params, ...Object.fromEntries(own.map((name, n) => [name, at[n] as Tensor])) };
      const [again, ...rest] = [...at.slice(own.length), ...others] as [Tensor3D, ...Tensor[]];
      return compute({ ...pass, params }, { x: again, bias: rest[0] ?? null });
    },
    inputs,
    held,
  );
}
