import { type Tensor, type TensorInfo, tf } from "../tf.ts";
import { sizeOf } from "./flat-program.ts";
import type { KernelCall } from "./replace.ts";
import { type Form, runElementwise } from "./run-elementwise.ts";

const NAME = "RefrainReluGradient";
const GRADIENT: Form = { expression: "select(x0, T(0.0), x1 <= T(0.0))" };

/**
 * dx = dy where y = relu(x) > 0, in one dispatch that moves three tensors; tfjs takes step(x) and a product, five tensors in
 * two, and keeps x beside y. Both variants run it. Where x is not a number, dy stays.
 */
export function registerReluGradient(): void {
  tf.registerKernel({
    kernelName: NAME,
    backendName: "webgpu",
    kernelFunc: (call) => {
      const { dy, y } = (call as unknown as KernelCall).inputs as { dy: TensorInfo; y: TensorInfo };
      const size = sizeOf(y.shape);
      const dx = runElementwise("relu_gradient", GRADIENT, [dy, y], [size], [[1], [1]]) as TensorInfo;
      return { ...dx, shape: y.shape };
    },
  });
  const relu = tf.getGradient("Relu");
  tf.registerGradient({
    kernelName: "Relu",
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [y] = saved as [Tensor];
      // Relu is positive where its operand is: theirs says the same of it.
      const ours = tf.getBackend() === "webgpu" && y.dtype === "float32" && y.size > 0;
      if (!ours) return relu.gradFunc(dy, saved, attrs);
      return { x: () => tf.engine().runKernel(NAME, { dy: dy as Tensor, y }) as Tensor };
    },
  });
}
