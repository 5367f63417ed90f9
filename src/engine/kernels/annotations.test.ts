import { expect, test } from "vitest";
import { dispatchOf } from "../captured/fusion/fused-code.ts";
import { FusedKernel } from "../captured/fusion/fused-kernel.ts";
import { materialOf } from "../captured/fusion/material.ts";
import { record } from "../captured/record.ts";
import type { Dispatch, Recording } from "../captured/recording.ts";
import { Draws } from "../draws.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { VARIANTS } from "../testing/kernels.ts";
import { runRecording } from "../testing/run-recording.ts";
import { type Tensor, tf } from "../tf.ts";
import { setKernelVariant, whileAnnotating } from "./variant.ts";

/** Numbers of either sign, among them 0 and some that are equal in the other operand. */
function numbers(shape: number[], seed: number): Tensor {
  const length = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length }, (_, i) => (((i * 7 + seed * 3) % 13) - 6) / 4),
    shape,
  );
}

type Operation = (...at: Tensor[]) => Tensor;

const UNARY: Record<string, Operation> = {
  relu: tf.relu,
  square: tf.square,
  negation: tf.neg,
  absolute: tf.abs,
  floor: tf.floor,
  reciprocal: tf.reciprocal,
  root: (x) => tf.sqrt(tf.abs(x as Tensor)),
  "one over root": (x) => tf.rsqrt(tf.abs(x as Tensor)),
  exponential: tf.exp,
  "exponential minus one": tf.expm1,
  logarithm: (x) => tf.log(tf.abs(x as Tensor)),
  "logarithm of one more": (x) => tf.log1p(tf.abs(x as Tensor)),
  sigmoid: tf.sigmoid,
  tangent: tf.tanh,
  softplus: tf.softplus,
  elu: tf.elu,
  "error function": tf.erf,
  step: (x) => tf.step(x as Tensor, 0.25),
  "leaky relu": (x) => tf.leakyRelu(x as Tensor, 0.1),
  clipping: (x) => tf.clipByValue(x as Tensor, -0.5, 1),
  "gradient of relu": tf.grad((x) => tf.relu(x)),
  "gradient of elu": tf.grad((x) => tf.elu(x)),
  "gradient of a maximum": tf.grad((x) => tf.max(x, -1)),
  "truth values as numbers": (x) => tf.add(tf.cast(tf.greater(x as Tensor, 0), "float32"), 0),
  "turned truth values": (x) => tf.cast(tf.logicalNot(tf.greater(x as Tensor, 0)), "float32"),
  zeros: (x) => tf.add(tf.zerosLike(x as Tensor), tf.onesLike(x as Tensor)),
  repeats: (x) =>
    tf.tile(
      x as Tensor,
      (x as Tensor).shape.map((_, i) => i + 2),
    ),
  transpose: (x) => tf.transpose(x as Tensor),
  "sum of three": (x) => tf.addN([x as Tensor, x as Tensor, tf.neg(x as Tensor)]),
};

const BINARY: Record<string, Operation> = {
  sum: tf.add,
  difference: tf.sub,
  product: tf.mul,
  quotient: (a, b) => tf.div(a as Tensor, tf.add(tf.square(b as Tensor), 1)),
  "squared difference": tf.squaredDifference,
  maximum: tf.maximum,
  minimum: tf.minimum,
  power: (a, b) => tf.pow(tf.abs(a as Tensor), b as Tensor),
  ...Object.fromEntries(
    ([tf.equal, tf.notEqual, tf.greater, tf.greaterEqual, tf.less, tf.lessEqual] as Operation[]).map((compare) => [
      compare.name,
      (a: Tensor, b: Tensor) => tf.cast(compare(a, b), "float32"),
    ]),
  ),
  choice: (a, b) =>
    tf.where(
      tf.logicalAnd(tf.greater(a as Tensor, 0), tf.less(a as Tensor, 1)),
      a as Tensor,
      tf.mul(a as Tensor, b as Tensor),
    ),
};

const CASES: readonly (readonly [name: string, f: Operation, shapes: number[][]])[] = [
  ...Object.entries(UNARY).flatMap(([name, f]) => [[name, f, [[5, 8]]] as const, [name, f, [[3, 5]]] as const]),
  ...Object.entries(BINARY).flatMap(([name, f]) => [
    [name, f, [[6, 8], [8]]] as const,
    [
      name,
      f,
      [
        [4, 5],
        [4, 1],
      ],
    ] as const,
  ]),
  ["normal draws", () => draws().normal(12), []],
  ["uniform draws", () => draws().uniform(20), []],
].map(([name, f, shapes]) => [name, f, shapes] as [string, Operation, number[][]]);

const draws = () => new Draws({ seed: 3, purpose: "noise", step: 7, rows: 5, k: 3, firstRow: 2 }, 1);

/** The recording with every dispatch that says what it computes replaced by the kernel that is made of that. */
function rebuilt(recording: Recording): { recording: Recording; replaced: number } {
  const { material } = materialOf(recording);
  let replaced = 0;
  const dispatches = recording.dispatches.map((dispatch, i): Dispatch => {
    if (!material.elementwise[i]) return dispatch;
    const plan = new FusedKernel(material, new Set([i]), new Set()).plan([i]);
    if (!plan) throw new Error(`${dispatch.op} cannot be made of what it says`);
    replaced += 1;
    return dispatchOf(plan, recording, dispatch.op);
  });
  return { recording: { ...recording, dispatches }, replaced };
}

test.each(VARIANTS.flatMap((variant) => CASES.map((one) => [variant, ...one] as const)))(
  "%s: what %s says of itself is what it computes",
  async (variant, _, f, shapes) => {
    await startTestBackend("webgpu");
    setKernelVariant(variant);
    const step = () => f(...shapes.map((shape, i) => numbers(shape, i)));
    const batch = { items: Int32Array.of(0), weights: Float32Array.of(1) };
    const recording = whileAnnotating(() =>
      record(step, [
        [batch, 1],
        [batch, 2],
      ]),
    );
    const { recording: made, replaced } = rebuilt(recording);
    expect(replaced).toBe(recording.dispatches.filter(({ op }) => !/^(Max|Sum)$/.test(op)).length);
    const [own] = await runRecording(recording, {}, [recording.loss]);
    const [ofAnnotation] = await runRecording(made, {}, [recording.loss]);
    expectAllClose(ofAnnotation as Float32Array, own as Float32Array, { absolute: 1e-6, relative: 1e-6 });
  },
);
