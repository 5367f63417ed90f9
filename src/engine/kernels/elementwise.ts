import { type TensorInfo, tf } from "../tf.ts";
import {
  BINARY,
  CHOICE,
  COMPARISON,
  COPY,
  clipped,
  filledWith,
  leakyRelu,
  NOT,
  step,
  sumOf,
  UNARY,
} from "./elementwise-forms.ts";
import { sizeOf } from "./flat-program.ts";
import { allFloat, type KernelCall, replaceKernel } from "./replace.ts";
import { type Form, repeated, runElementwise } from "./run-elementwise.ts";
import { useOwnElementwise } from "./variant.ts";

/**
 * Sums, products and the like on an emulator. tfjs loads an operand that is broadcast over few numbers, such as a bias, into
 * workgroup memory, which takes a barrier; there that costs hundreds of milliseconds for a million numbers. Here a thread
 * computes its place in either operand. On a GPU it is bytes that count, the same for both; there tfjs's kernels stay, but
 * for steps that are recorded: these kernels say what they compute, so that several can be put into one.
 */
export function registerElementwise(): void {
  for (const [name, form] of Object.entries(BINARY))
    replace(name, ({ inputs }) => {
      const [a, b] = (name === "EluGrad" ? [inputs.dy, inputs.y] : [inputs.a, inputs.b]) as [TensorInfo, TensorInfo];
      return allOf("float32", a, b) ? broadcast(`binary_${name}`, form, [a, b]) : null;
    });
  for (const [name, form] of Object.entries(COMPARISON))
    replace(name, ({ inputs }) => {
      const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
      return isNumber(a) && isNumber(b) ? broadcast(`comparison_${name}`, form, [a, b]) : null;
    });
  for (const [name, form] of Object.entries(UNARY)) replace(name, ({ inputs }) => unary(name, form, inputs.x));
  replace("Step", ({ inputs, attrs }) => unary("Step", step(attrs.alpha as number), inputs.x));
  replace("LeakyRelu", ({ inputs, attrs }) => unary("LeakyRelu", leakyRelu(attrs.alpha as number), inputs.x));
  replace("ClipByValue", ({ inputs, attrs: { clipValueMin: least, clipValueMax: most } }) =>
    unary("ClipByValue", clipped(least as number, most as number), inputs.x),
  );
  replace("LogicalNot", ({ inputs }) => {
    const x = inputs.x as TensorInfo;
    return isNumber(x) ? broadcast("unary_LogicalNot", NOT, [x]) : null;
  });
  replace("Select", ({ inputs }) => {
    const { condition, t, e } = inputs as Record<"condition" | "t" | "e", TensorInfo>;
    const alike = [t, e].every(({ shape }) => String(shape) === String(condition.shape));
    return alike && allOf("float32", t, e) ? broadcast("choice", CHOICE, [condition, t, e]) : null;
  });
  replace("AddN", ({ inputs }) => {
    const terms = Object.values(inputs);
    if (terms.length < 2 || terms.length > 6 || !allOf("float32", ...terms)) return null;
    return broadcast(`sum_of_${"n".repeat(terms.length)}`, sumOf(terms.length), terms);
  });
  replace("Fill", ({ attrs: { shape, value, dtype } }) => {
    const isFloat = typeof value === "number" && (dtype ?? "float32") === "float32";
    return isFloat ? filled(shape as number[], value) : null;
  });
  replace("ZerosLike", ({ inputs: { x } }) => (x && x.dtype === "float32" ? filled(x.shape, 0) : null));
  replace("OnesLike", ({ inputs: { x } }) => (x && x.dtype === "float32" ? filled(x.shape, 1) : null));
  replace("Tile", ({ inputs: { x }, attrs }) => (x && allFloat(x) ? tiled(x, attrs.reps as number[]) : null));
}

const replace = (name: string, ours: (call: KernelCall) => TensorInfo | null): void =>
  replaceKernel(name, (call) => (useOwnElementwise() ? ours(call) : null));

/** A cast of integers or truth values keeps their buffer under the new name; they are read as they are. */
const allOf = (dtype: string, ...tensors: readonly TensorInfo[]): boolean => tensors.every((x) => x.dtype === dtype);

const isNumber = ({ dtype }: TensorInfo): boolean => ["float32", "int32", "bool"].includes(dtype);

function broadcast(name: string, form: Form, inputs: readonly TensorInfo[]): TensorInfo | null {
  const shape = inputs
    .map((input) => [...input.shape])
    .reduce((a, b) => tf.backend_util.assertAndGetBroadcastShape(a, b));
  const strides = inputs.map((input) => repeated(shape, input.shape));
  return runElementwise(name, form, inputs, shape, strides);
}

const unary = (name: string, form: Form, x: TensorInfo | undefined): TensorInfo | null =>
  x && allFloat(x) ? broadcast(`unary_${name}`, form, [x]) : null;

const filled = (shape: readonly number[], value: number): TensorInfo | null =>
  runElementwise("fill", filledWith(value), [], shape, []);

/** Repeats x along each axis; each pass over it is an axis of its own. */
function tiled(x: TensorInfo, times: readonly number[]): TensorInfo | null {
  const axes = x.shape.flatMap((size, i) => [times[i] as number, size]);
  const strides = x.shape.flatMap((_, i) => [0, sizeOf(x.shape.slice(i + 1))]);
  const tile = runElementwise("tile", COPY, [x], axes, [strides]);
  return tile && { ...tile, shape: x.shape.map((size, i) => size * (times[i] as number)) };
}
