import { describe, expect, test } from "vitest";
import { evaluateOn, VARIANTS } from "../testing/kernels.ts";
import { type Tensor, type Tensor4D, tf } from "../tf.ts";

interface Case {
  readonly name: string;
  readonly f: (at: readonly Tensor[]) => Tensor;
  readonly shapes: readonly number[][];
  /** Programs of our own that take it and its gradients, beside those of the sum that is differentiated. */
  readonly software: readonly string[];
  readonly hardware: readonly string[];
}

const convolve = (stride: number) => (at: readonly Tensor[]) =>
  tf.conv2d(at[0] as Tensor4D, at[1] as Tensor4D, stride, "same");
const pool = (stride: number) => (at: readonly Tensor[]) => tf.maxPool(at[0] as Tensor4D, 2, stride, "valid");

const CASES: readonly Case[] = [
  {
    name: "a product",
    f: (at) => tf.matMul(at[0] as Tensor, at[1] as Tensor),
    shapes: [
      [5, 8],
      [8, 3],
    ],
    software: ["product"],
    hardware: [],
  },
  {
    name: "a convolution",
    f: convolve(1),
    shapes: [
      [1, 8, 8, 4],
      [3, 3, 4, 4],
    ],
    software: ["convolution", "filter_gradient"],
    hardware: ["filter_gradient"],
  },
  {
    name: "a convolution with strides",
    f: convolve(2),
    shapes: [
      [1, 8, 8, 4],
      [3, 3, 4, 4],
    ],
    software: [],
    hardware: [],
  },
  {
    name: "pooling",
    f: pool(2),
    shapes: [[1, 4, 4, 3]],
    software: ["max_pool", "max_pool_gradient"],
    hardware: ["max_pool", "max_pool_gradient"],
  },
  { name: "pooling that overlaps", f: pool(1), shapes: [[1, 4, 4, 3]], software: [], hardware: [] },
  {
    name: "softmax",
    f: (at) => tf.softmax(at[0] as Tensor),
    shapes: [[3, 5]],
    software: ["softmax", "softmax_gradient"],
    hardware: ["softmax_gradient"],
  },
  {
    name: "a transpose",
    f: (at) => tf.transpose(at[0] as Tensor),
    shapes: [[3, 5]],
    software: ["transpose"],
    hardware: [],
  },
  {
    name: "relu",
    f: (at) => tf.relu(at[0] as Tensor),
    shapes: [[3, 5]],
    software: ["relu_gradient", "unary"],
    hardware: ["relu_gradient"],
  },
  {
    name: "a sum with a bias",
    f: (at) => tf.add(at[0] as Tensor, at[1] as Tensor),
    shapes: [[3, 5], [5]],
    software: ["binary"],
    hardware: [],
  },
  {
    name: "a maximum",
    f: (at) => tf.max(at[0] as Tensor, 1),
    shapes: [[3, 5]],
    software: ["reduce_max_single"],
    hardware: [],
  },
];

/** The weighted sum takes a product and a sum, and tfjs's own gradients some more of them. */
const INCIDENTAL = /^(binary|unary|comparison|fill|tile|reduce_sum)/;

describe.each(VARIANTS)("on WebGPU, %s", (variant) => {
  test.each(CASES)("$name runs kernels of our own where it should", async (one) => {
    const { programs } = await evaluateOn("webgpu", one.f, one.shapes, { variant });
    const wanted = one[variant];
    const seen = [...programs].filter((name) => wanted.includes(name) || !INCIDENTAL.test(name));
    expect(seen.sort()).toEqual([...wanted].sort());
  });
});
