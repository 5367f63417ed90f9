import { type Tensor, type TensorInfo, tf } from "../tf.ts";
import { allFloat, type KernelCall } from "./replace.ts";
import { type RowForm, runRows } from "./row-program.ts";

const NAME = "RefrainSoftmaxGradient";
const FORM: RowForm = {
  key: "softmax_gradient",
  operands: ["rows", "rows"],
  passes: [{ sums: ["x0 * x1"] }],
  result: "x1 * (x0 - sum0_0)",
};

/** dx = y (dy - sum(dy y)), y = softmax(x), in one dispatch; tfjs takes four. On both variants. */
export function registerSoftmaxGradient(): void {
  tf.registerKernel({
    kernelName: NAME,
    backendName: "webgpu",
    kernelFunc: (call) => {
      const { dy, y } = (call as unknown as KernelCall).inputs as { dy: TensorInfo; y: TensorInfo };
      return runRows(FORM, [dy, y], y.shape);
    },
  });
  const softmax = tf.getGradient("Softmax");
  tf.registerGradient({
    ...softmax,
    gradFunc: (dy, saved, attrs) => {
      const [y] = saved as [Tensor];
      const { dim } = attrs as unknown as { dim: number };
      const ours = tf.getBackend() === "webgpu" && dim === y.rank - 1 && y.size > 0 && allFloat(dy as Tensor, y);
      if (!ours) return softmax.gradFunc(dy, saved, attrs);
      return { logits: () => tf.engine().runKernel(NAME, { dy: dy as Tensor, y }) as Tensor };
    },
  });
}
