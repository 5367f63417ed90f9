import type { TensorInfo } from "../tf.ts";
import { coordinates } from "./elementwise.ts";
import { type FlatKernel, runFlat, sizeOf } from "./flat-program.ts";
import { allFloat, replaceKernel } from "./replace.ts";
import { kernelVariant } from "./variant.ts";

/**
 * Transposing on an emulator: each thread fetches its number, or its vec4 where the last axis stays. On a GPU the tiles in
 * workgroup memory, by which tfjs makes both reading and writing contiguous, stay.
 */
export function registerTranspose(): void {
  replaceKernel("Transpose", ({ inputs, attrs }) => {
    const x = inputs.x as TensorInfo;
    if (kernelVariant() !== "software" || !allFloat(x) || sizeOf(x.shape) === 0) return null;
    return transpose(x, attrs.perm as number[]);
  });
}

function transpose(x: TensorInfo, order: readonly number[]): TensorInfo | null {
  const shape = order.map((axis) => x.shape[axis] as number);
  const runs = runsOf(order);
  if (runs.length > 5) return null;
  const last = runs[runs.length - 1] as number[];
  const stays = last.includes(x.shape.length - 1);
  const quad = stays && sizeOf(last.map((axis) => x.shape[axis] as number)) % 4 === 0;
  const unit = quad ? 4 : 1;
  const sizes = runs.map((run) => sizeOf(run.map((axis) => x.shape[axis] as number)) / (run === last ? unit : 1));
  const strides = runs.map((run) => {
    const after = sizeOf(x.shape.slice((run[run.length - 1] as number) + 1));
    return run === last ? after : after / unit;
  });
  const count = runs.length;
  const kernel: FlatKernel = {
    key: `transpose_${count}`,
    inputs: [["A", unit]],
    output: unit,
    uniforms: [...sizes.slice(1).map((_, i) => `size${i + 1}`), ...strides.map((_, i) => `stride${i}`)],
    workgroup: 64,
    body: () => `
      ${count > 1 ? coordinates(count) : "let x0 = thread;"}
      result[thread] = A[${strides.map((_, i) => `x${i} * uniforms.stride${i}`).join(" + ")}];
    `,
  };
  return runFlat(kernel, [x], shape, sizeOf(shape) / unit, [...sizes.slice(1), ...strides]);
}

/** Axes that follow each other before and after are one. */
function runsOf(order: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const axis of order) {
    const run = runs[runs.length - 1];
    if (run && run[run.length - 1] === axis - 1) run.push(axis);
    else runs.push([axis]);
  }
  return runs;
}
