import { describe, expect, test } from "vitest";
import { expectAllClose } from "../testing/allclose.ts";
import { evaluateOn, VARIANTS } from "../testing/kernels.ts";
import { type Tensor, type Tensor4D, tf } from "../tf.ts";

type Binary = (a: Tensor, b: Tensor) => Tensor;
const BINARY: Record<string, Binary> = {
  sum: tf.add,
  difference: tf.sub,
  product: tf.mul,
  quotient: (a, b) => tf.div(a, tf.add(tf.square(b), 1)),
};

const PAIRS: readonly (readonly [number[], number[]])[] = [
  [
    [3, 5],
    [3, 5],
  ],
  [
    [4, 6],
    [4, 6],
  ],
  [[7, 8], [8]],
  [[7, 5], [5]],
  [
    [7, 8],
    [7, 1],
  ],
  [
    [7, 5],
    [7, 1],
  ],
  [
    [7, 1],
    [7, 8],
  ],
  [[], [3, 4]],
  [[3, 5], []],
  [[1], [1]],
  [
    [3, 1, 2, 4],
    [1, 5, 1, 1],
  ],
  [
    [3, 1, 5],
    [2, 1],
  ],
  [
    [2, 3, 4, 5],
    [3, 1, 5],
  ],
  [
    [4, 1],
    [1, 6],
  ],
];

const positive = (x: Tensor): Tensor => tf.add(tf.abs(x), 0.1);

const SMOOTH: Record<string, (x: Tensor) => Tensor> = {
  "absolute value": tf.abs,
  floor: (x) => tf.mul(tf.floor(x), x),
  root: (x) => tf.sqrt(positive(x)),
  "one over root": (x) => tf.rsqrt(positive(x)),
  exponential: tf.exp,
  "exponential minus one": tf.expm1,
  logarithm: (x) => tf.log(positive(x)),
  "logarithm of one more": (x) => tf.log1p(positive(x)),
  sigmoid: tf.sigmoid,
  tangent: tf.tanh,
  softplus: (x) => tf.softplus(tf.mul(x, 10)),
  elu: tf.elu,
  "error function": tf.erf,
  "leaky relu": (x) => tf.leakyRelu(x, 0.1),
  clipping: (x) => tf.clipByValue(x, -0.5, 1),
  power: (x) => tf.pow(positive(x), 1.7),
  "power of anything": (x) => tf.pow(x, 3),
  maximum: (x) => tf.maximum(x, tf.mul(x, 2)),
  minimum: (x) => tf.minimum(x, tf.mul(x, 2)),
  "largest of a row": (x) => tf.max(x, -1),
  "sum of three": (x) => tf.addN([x, tf.square(x), tf.neg(x)]),
  zeros: (x) => tf.mul(x, tf.add(tf.zerosLike(x), tf.onesLike(x))),
};

const UNARY: Record<string, { f: (x: Tensor) => Tensor; shapes: number[][] }> = {
  relu: { f: tf.relu, shapes: [[3, 5], [4, 8], [1]] },
  square: {
    f: tf.square,
    shapes: [
      [3, 5],
      [4, 8],
    ],
  },
  negation: {
    f: tf.neg,
    shapes: [
      [3, 5],
      [4, 8],
    ],
  },
  softmax: { f: (x) => tf.softmax(x), shapes: [[3, 5], [2, 7, 16], [9, 1], [12]] },
  ...Object.fromEntries(
    Object.entries(SMOOTH).map(([name, f]) => [
      name,
      {
        f,
        shapes: [
          [3, 5],
          [4, 8],
        ],
      },
    ]),
  ),
  "softmax of large numbers": {
    f: (x) => tf.softmax(tf.mul(x, 80)),
    shapes: [
      [5, 12],
      [5, 7],
    ],
  },
  "transpose of a matrix": {
    f: (x) => tf.transpose(x),
    shapes: [
      [3, 5],
      [8, 12],
      [1, 4],
    ],
  },
  "transpose of heads": {
    f: (x) => tf.transpose(x, [0, 2, 1, 3]),
    shapes: [
      [2, 3, 4, 8],
      [2, 3, 4, 5],
    ],
  },
  "transpose of all axes": { f: (x) => tf.transpose(x, [3, 1, 0, 2]), shapes: [[2, 3, 4, 5]] },
  "transpose that changes nothing": { f: (x) => tf.transpose(x, [0, 1]), shapes: [[3, 5]] },
  "pooling by 2": {
    f: pool(2, 2, "valid"),
    shapes: [
      [2, 4, 6, 8],
      [2, 7, 5, 3],
      [1, 2, 2, 1],
    ],
  },
  "pooling by 3": {
    f: pool(3, 3, "valid"),
    shapes: [
      [2, 7, 8, 4],
      [1, 3, 11, 2],
    ],
  },
  "pooling that overlaps": { f: pool(3, 2, "valid"), shapes: [[1, 7, 7, 4]] },
  "pooling with padding": {
    f: pool(2, 2, "same"),
    shapes: [
      [1, 5, 7, 4],
      [1, 4, 4, 4],
    ],
  },
};

function pool(side: number, stride: number, pad: "valid" | "same"): (x: Tensor) => Tensor {
  return (x) => tf.maxPool(x as Tensor4D, side, stride, pad);
}

const HOPELESS: Record<string, (x: Tensor) => Tensor> = {
  "the maximum": (x) => tf.maximum(x, 1),
  "the minimum": (x) => tf.minimum(tf.ones(x.shape), x),
  "the square": tf.square,
  "the step": (x) => tf.step(x),
  "the power": (x) => tf.pow(tf.mul(tf.zerosLike(x), x), 2),
  "the root of a negative power": (x) => tf.pow(tf.neg(tf.onesLike(x)), 0.5),
  "the logarithm of what is negative": (x) => tf.log(tf.neg(tf.onesLike(x))),
};

describe.each(VARIANTS)("elementwise kernels, %s", (variant) => {
  describe.each(Object.entries(BINARY))("a %s", (_, f) => {
    test.each(PAIRS)("of %j and %j is that of cpu, with its gradients", (a, b) =>
      expectSame(([x, y]) => f(x as Tensor, y as Tensor), [a, b], variant),
    );
  });

  test.each(Object.entries(UNARY))("%s is that of cpu, with its gradient", async (_, { f, shapes }) => {
    for (const shape of shapes) await expectSame(([x]) => f(x as Tensor), [shape], variant);
  });

  test.each(Object.entries(HOPELESS))("%s of what is not a number is none", async (_, f) => {
    const nan = () => f(tf.mul(tf.ones([8]), Number.NaN));
    const { values } = await evaluateOn("webgpu", nan, [], { variant, gradients: false });
    expect([...(values[0] as Float32Array)]).toEqual(Array(8).fill(Number.NaN));
  });

  test("relu keeps what is not a number", async () => {
    const f = ([x]: readonly Tensor[]) => tf.relu(tf.div(x as Tensor, 0));
    const { values } = await evaluateOn("webgpu", f, [[8]], { variant, gradients: false });
    const nan = await evaluateOn("webgpu", () => tf.relu(tf.mul(tf.ones([4]), Number.NaN)), [], {
      variant,
      gradients: false,
    });
    expect([...(values[0] as Float32Array)].every((v) => v === 0 || v === Number.POSITIVE_INFINITY)).toBe(true);
    expect([...(nan.values[0] as Float32Array)]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });
});

async function expectSame(
  f: (at: readonly Tensor[]) => Tensor,
  shapes: readonly number[][],
  variant: (typeof VARIANTS)[number],
): Promise<void> {
  const actual = await evaluateOn("webgpu", f, shapes, { variant });
  const expected = await evaluateOn("cpu", f, shapes, { variant });
  expect(actual.shapes).toEqual(expected.shapes);
  for (const [i, values] of expected.values.entries())
    expectAllClose(actual.values[i] as Float32Array, values, { absolute: 1e-5, relative: 1e-4 });
}
