import type { TensorInfo } from "../tf.ts";
import { COPY } from "./elementwise-forms.ts";
import { sizeOf } from "./flat-program.ts";
import { allFloat, replaceKernel } from "./replace.ts";
import { runElementwise } from "./run-elementwise.ts";
import { useOwnElementwise } from "./variant.ts";

/**
 * Transposing on an emulator: each thread fetches its number, or its vec4 where the last axis stays. On a GPU the tiles in
 * workgroup memory, by which tfjs makes both reading and writing contiguous, stay, but for steps that are recorded, where a
 * transpose is mostly read or computed in the kernel beside it.
 */
export function registerTranspose(): void {
  replaceKernel("Transpose", ({ inputs, attrs }) => {
    const x = inputs.x as TensorInfo;
    if (!useOwnElementwise() || !allFloat(x)) return null;
    const order = attrs.perm as number[];
    const shape = order.map((axis) => x.shape[axis] as number);
    const strides = order.map((axis) => sizeOf(x.shape.slice(axis + 1)));
    return runElementwise("transpose", COPY, [x], shape, [strides]);
  });
}
