import { kernelVariant } from "../kernels/variant.ts";
import type { BoundObjective } from "../objectives/index.ts";
import { type Tensor1D, type Tensor2D, type Tensor3D, tf, valuesOnHost } from "../tf.ts";
import { itemWeights } from "../train/levels.ts";
import { runPooledLoss } from "./pooled-loss-program.ts";
import { type PooledLossChoice, pooledLossCode } from "./pooled-loss-wgsl.ts";

/**
 * The loss of a batch after pooling, as pooledLoss of levels.ts has it, with its gradient: two dispatches forward and
 * none backward, in place of a graph of 22 (cross-entropy of mean logits) to 261 of them (a median of 32 losses), each
 * of which reads and writes [batch, K, classes]. Null where the backend or the choice has no such form,
 * or where each repeat has a loss against a target of its own.
 * @param z, target, weights as there
 */
export function fusedPooledLoss(
  choice: Pick<PooledLossChoice, "level" | "pooling" | "objective">,
  objective: BoundObjective,
  z: Tensor3D,
  target: Tensor3D,
  weights: Tensor1D | null,
): tf.Scalar | null {
  if (tf.getBackend() !== "webgpu" || (choice.level === "loss" && target.shape[1] > 1)) return null;
  const [, repeats, numClasses] = z.shape;
  const lanes = kernelVariant() === "software" ? 1 : 64;
  const of = { ...choice, numClasses, repeats, lanes } as const;
  if (!hasForm(of)) return null;
  const answers = (target.shape[1] === 1 ? tf.squeeze(target, [1]) : tf.mean(target, 1)) as Tensor2D;
  const counted = itemWeights({ classWeights: classWeightsOf(objective) }, target, weights);
  const scales = counted && (tf.div(counted, tf.sum(counted)) as Tensor1D);
  return lossWithGradient(of, z, answers, scales);
}

/** The weights of the classes in an objective that has a fused form: its terms never weigh them apart. */
export function classWeightsOf({ terms: [term] }: BoundObjective): readonly number[] | null {
  return term && "perSample" in term ? term.classWeights : null;
}

function lossWithGradient(
  choice: PooledLossChoice,
  z: Tensor3D,
  answers: Tensor2D,
  scales: Tensor1D | null,
): tf.Scalar {
  const op = tf.customGrad((logits, save) => {
    const inputs = { logits: logits as Tensor3D, answers, ...(scales && { scales }) };
    const [value, gradient] = runPooledLoss(inputs, choice);
    (save as tf.GradSaveFunc)([gradient]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [byLogits] = saved as [tf.Tensor];
      // The loss that a step goes down along is the end of its graph, so that dy is the 1 that tfjs starts from.
      return valuesOnHost(dy)?.[0] === 1 ? tf.clone(byLogits) : tf.mul(byLogits, dy);
    };
    return { value, gradFunc };
  });
  return op(z) as tf.Scalar;
}

const forms = new Map<string, boolean>();

/** Whether a choice has a fused form; generating the code anew each step would cost more than the step's own work. */
function hasForm(choice: PooledLossChoice): boolean {
  const key = JSON.stringify(choice);
  const known = forms.get(key) ?? pooledLossCode(choice) !== null;
  forms.set(key, known);
  return known;
}
