import { type Tensor, type TensorInfo, tf } from "../tf.ts";
import { sizeOf } from "./flat-program.ts";
import type { KernelCall } from "./replace.ts";
import { type Form, runElementwise } from "./run-elementwise.ts";

/** Names of the kernels in tfjs's registry, input x: x Phi(x), and the same with the tanh that is near it. */
export const GELU_KERNELS = { gelu: "RefrainGelu", "gelu-tanh": "RefrainGeluTanh" } as const;

/** Phi by Abramowitz and Stegun, 7.1.26; the hyperbolic tangent so that no exponential overflows. */
const PRELUDE = {
  gelu: `fn normalShare(x : T) -> T {
    let y = abs(x) * 0.70710678;
    let t = 1.0 / (1.0 + 0.3275911 * y);
    let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    return 0.5 + 0.5 * sign(x) * (1.0 - series * exp(-y * y));
  }`,
  "gelu-tanh": `fn bentShare(x : T) -> T {
    let y = 0.79788456 * x * (1.0 + 0.044715 * x * x);
    let e = exp(-2.0 * abs(y));
    return 0.5 + 0.5 * sign(y) * (1.0 - e) / (1.0 + e);
  }`,
};

/** With s(x) the share: x s(x), and dy (s(x) + x s'(x)). */
const FORMS: Readonly<Record<keyof typeof GELU_KERNELS, { forward: Form; gradient: Form }>> = {
  gelu: {
    forward: { expression: "x0 * normalShare(x0)", prelude: PRELUDE.gelu, cost: 22 },
    gradient: {
      expression: "x0 * (normalShare(x1) + x1 * 0.39894228 * exp(-0.5 * x1 * x1))",
      prelude: PRELUDE.gelu,
      cost: 36,
    },
  },
  "gelu-tanh": {
    forward: { expression: "x0 * bentShare(x0)", prelude: PRELUDE["gelu-tanh"], cost: 20 },
    gradient: {
      expression:
        "x0 * (bentShare(x1) + x1 * 2.0 * bentShare(x1) * (1.0 - bentShare(x1)) * 0.79788456 * (1.0 + 0.134145 * x1 * x1))",
      prelude: PRELUDE["gelu-tanh"],
      cost: 62,
    },
  },
};

/** GELU in one dispatch, and its gradient in another; operation by operation they take five to eight and twice as many. */
export function registerGelu(): void {
  for (const kind of ["gelu", "gelu-tanh"] as const) {
    const name = GELU_KERNELS[kind];
    const { forward, gradient } = FORMS[kind];
    register(name, forward, ["x"]);
    register(`${name}Gradient`, gradient, ["dy", "x"]);
    tf.registerGradient({
      kernelName: name,
      inputsToSave: ["x"],
      gradFunc: (dy, saved) => {
        const [x] = saved as [Tensor];
        return { x: () => tf.engine().runKernel(`${name}Gradient`, { dy: dy as Tensor, x }) as Tensor };
      },
    });
  }
}

const register = (kernelName: string, form: Form, names: readonly string[]): void =>
  tf.registerKernel({
    kernelName,
    backendName: "webgpu",
    kernelFunc: (call) => {
      const { inputs } = call as unknown as KernelCall;
      const operands = names.map((name) => inputs[name] as TensorInfo);
      const { shape } = inputs.x as TensorInfo;
      const size = sizeOf(shape);
      const key = kernelName.replace("Refrain", "").toLowerCase();
      const strides = operands.map(() => [1]);
      return { ...(runElementwise(key, form, operands, [size], strides) as TensorInfo), shape };
    },
  });
