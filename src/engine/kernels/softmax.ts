import type { TensorInfo } from "../tf.ts";
import { type FlatKernel, lines, runFlat, sizeOf } from "./flat-program.ts";
import { allFloat, replaceKernel } from "./replace.ts";
import { kernelVariant } from "./variant.ts";

/**
 * softmax over the last axis on an emulator, exp(x_i - max) / sum: a thread a row, which reads it twice and writes it twice.
 * tfjs gives a row a workgroup of 64 threads with barriers, right for a GPU and for long rows.
 */
export function registerSoftmax(): void {
  replaceKernel("Softmax", ({ inputs, attrs }) => {
    const logits = inputs.logits as TensorInfo;
    const size = sizeOf(logits.shape);
    if (kernelVariant() !== "software" || !allFloat(logits) || size === 0) return null;
    if (attrs.dim !== logits.shape.length - 1) return null;
    const width = logits.shape[logits.shape.length - 1] as number;
    const quad = width % 4 === 0;
    return runFlat(kernel(quad), [logits], logits.shape, size / width, [quad ? width / 4 : width]);
  });
}

function kernel(quad: boolean): FlatKernel {
  const over = (value: string, join: (part: string) => string): string =>
    quad ? lines(4, (i) => join(`${value}[${i}]`)) : join(value);
  const wide = (value: string): string => (quad ? `vec4<f32>(${value})` : value);
  return {
    key: "softmax",
    inputs: [["A", quad ? 4 : 1]],
    output: quad ? 4 : 1,
    uniforms: ["width"],
    workgroup: 16,
    body: () => `
      let start = thread * uniforms.width;
      var most = -3.4028234e38;
      for (var i = 0u; i < uniforms.width; i++) {
        let a = A[start + i];
        ${over("a", (part) => `most = select(most, ${part}, ${part} > most);`)}
      }
      var sum = 0.0;
      for (var i = 0u; i < uniforms.width; i++) {
        let e = exp(A[start + i] - ${wide("most")});
        ${over("e", (part) => `sum += ${part};`)}
        result[start + i] = e;
      }
      let factor = 1.0 / sum;
      for (var i = 0u; i < uniforms.width; i++) { result[start + i] *= factor; }
    `,
  };
}
