import { type Tensor, type TensorInfo, tf } from "../tf.ts";
import { type FlatKernel, runFlat, sizeOf } from "./flat-program.ts";
import type { KernelCall } from "./replace.ts";

const NAME = "RefrainReluGradient";

/**
 * dx = dy where x > 0, in one dispatch that moves three tensors; tfjs takes step(x) and a product, five tensors in two.
 * Both variants run it. Where x is not a number, dy stays.
 */
export function registerReluGradient(): void {
  tf.registerKernel({
    kernelName: NAME,
    backendName: "webgpu",
    kernelFunc: (call) => {
      const { dy, x } = (call as unknown as KernelCall).inputs as { dy: TensorInfo; x: TensorInfo };
      const size = sizeOf(x.shape);
      const unit = size % 4 === 0 ? 4 : 1;
      return runFlat(kernel(unit), [dy, x], x.shape, size / unit, []);
    },
  });
  const relu = tf.getGradient("Relu");
  tf.registerGradient({
    ...relu,
    gradFunc: (dy, saved, attrs) => {
      const [x] = saved as [Tensor];
      const ours = tf.getBackend() === "webgpu" && x.dtype === "float32";
      if (!ours) return relu.gradFunc(dy, saved, attrs);
      return { x: () => tf.engine().runKernel(NAME, { dy: dy as Tensor, x }) as Tensor };
    },
  });
}

function kernel(unit: 1 | 4): FlatKernel {
  const type = unit === 4 ? "vec4<f32>" : "f32";
  return {
    key: "relu_gradient",
    inputs: [
      ["D", unit],
      ["X", unit],
    ],
    output: unit,
    uniforms: [],
    workgroup: 64,
    body: () => `result[thread] = select(D[thread], ${type}(0.0), X[thread] <= ${type}(0.0));`,
  };
}
