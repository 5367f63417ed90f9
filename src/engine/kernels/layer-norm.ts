import { type Tensor, type TensorInfo, tf } from "../tf.ts";
import type { KernelCall } from "./replace.ts";
import { type RowForm, runRows } from "./row-program.ts";

/** Name of the kernel in tfjs's registry: inputs x [..., size], weight and bias [size]; attribute epsilon. */
export const LAYER_NORM_KERNEL = "RefrainLayerNorm";
const GRADIENT = "RefrainLayerNormGradient";
const STANDARD = "RefrainLayerNormStandard";

/** Mean, then the reciprocal of the deviation, of x0. */
const MOMENTS: RowForm["passes"] = [
  { sums: ["x0"], after: "let mean = sum0_0 / width;" },
  {
    sums: ["(x0 - mean) * (x0 - mean)"],
    after: "let scale = inverseSqrt(sum1_0 / width + scalar);",
  },
];

const FORWARD: RowForm = {
  key: "layer_norm",
  operands: ["rows", "one", "one"],
  passes: MOMENTS,
  result: "(x0 - mean) * scale * x1 + x2",
};

/** With z = (x - mean) scale and g = dy weight: dx = scale (g - mean(g) - z mean(g z)). */
const BACKWARD: RowForm = {
  key: "layer_norm_gradient",
  operands: ["rows", "one", "rows"],
  passes: [
    ...MOMENTS,
    {
      sums: ["x2 * x1", "x2 * x1 * (x0 - mean) * scale"],
      after: "let meanOf = sum2_0 / width; let along = sum2_1 / width;",
    },
  ],
  result: "scale * (x2 * x1 - meanOf - (x0 - mean) * scale * along)",
};

/** dy z: what the weights' gradient adds up. */
const BY_WEIGHT: RowForm = {
  key: "layer_norm_weight",
  operands: ["rows", "rows"],
  passes: MOMENTS,
  result: "x1 * (x0 - mean) * scale",
};

/**
 * weight (x - mean) / sqrt(variance + epsilon) + bias over the last axis in one dispatch, and its gradient by x in another,
 * where operation by operation they take nine and some twenty, most of which move all of x. On both variants.
 */
export function registerLayerNorm(): void {
  register(LAYER_NORM_KERNEL, FORWARD, ["x", "weight", "bias"]);
  register(GRADIENT, BACKWARD, ["x", "weight", "dy"]);
  register(STANDARD, BY_WEIGHT, ["x", "dy"]);
  tf.registerGradient({
    kernelName: LAYER_NORM_KERNEL,
    inputsToSave: ["x", "weight"],
    gradFunc: (dy, saved, attrs) => {
      const [x, weight] = saved as [Tensor, Tensor];
      const run = (name: string, inputs: Record<string, Tensor>): Tensor =>
        tf.engine().runKernel(name, inputs, attrs) as Tensor;
      const overRows = (y: Tensor): Tensor => tf.sum(tf.reshape(y, [-1, weight.size]), 0);
      return {
        x: () => run(GRADIENT, { x, weight, dy: dy as Tensor }),
        weight: () => overRows(run(STANDARD, { x, dy: dy as Tensor })),
        bias: () => overRows(dy as Tensor),
      };
    },
  });
}

const register = (kernelName: string, form: RowForm, names: readonly string[]): void =>
  tf.registerKernel({
    kernelName,
    backendName: "webgpu",
    kernelFunc: (call) => {
      const { inputs, attrs } = call as unknown as KernelCall;
      const operands = names.map((name) => inputs[name] as TensorInfo);
      return runRows({ ...form, scalar: attrs.epsilon as number }, operands, (inputs.x as TensorInfo).shape);
    },
  });
