import type { Form } from "./run-elementwise.ts";

const NAN = "(bitcast<U>(x0) & U(0x7fffffffu)) > U(0x7f800000u)";
/** Not a number where either is: what a comparison says of it is up to the compiler. */
const EITHER_NAN = `(${NAN}) | (${NAN.replace("x0", "x1")})`;
const yes = (condition: string): Form => ({ expression: `select(T(0.0), T(1.0), ${condition})`, integers: true });

/** Results out of two operands, which may be repeated; the names are tfjs's. */
export const BINARY: Readonly<Record<string, Form>> = {
  Add: { expression: "x0 + x1" },
  Sub: { expression: "x0 - x1" },
  Multiply: { expression: "x0 * x1" },
  RealDiv: { expression: "x0 / x1", cost: 2 },
  SquaredDifference: { expression: "(x0 - x1) * (x0 - x1)" },
  Maximum: { expression: `select(max(x0, x1), x0 + x1, ${EITHER_NAN})`, cost: 3 },
  Minimum: { expression: `select(min(x0, x1), x0 + x1, ${EITHER_NAN})`, cost: 3 },
  Pow: {
    expression: "power(x0, x1, T(s0))",
    scalars: [Number.NaN],
    prelude: `fn power(a : T, b : T, none : T) -> T {
      let size = pow(abs(a), b);
      let signed = select(size, sign(a) * size, round(abs(b) % T(2.0)) == T(1.0));
      let known = select(signed, none, (a < T(0.0)) & (floor(b) < b));
      let least = U(0x7f800000u);
      let hopeless = ((bitcast<U>(a) & U(0x7fffffffu)) > least) | ((bitcast<U>(b) & U(0x7fffffffu)) > least);
      return select(select(known, T(1.0), b == T(0.0)), none, hopeless);
    }`,
    cost: 30,
  },
  EluGrad: { expression: "select(x0 * (x1 + 1.0), x0, x1 >= T(0.0))", cost: 2 },
};

/** Truth values out of two operands. */
export const COMPARISON: Readonly<Record<string, Form>> = {
  Equal: yes("x0 == x1"),
  NotEqual: yes("x0 != x1"),
  Greater: yes("x0 > x1"),
  GreaterEqual: yes("x0 >= x1"),
  Less: yes("x0 < x1"),
  LessEqual: yes("x0 <= x1"),
  LogicalAnd: yes("(x0 >= T(1.0)) & (x1 >= T(1.0))"),
  LogicalOr: yes("(x0 >= T(1.0)) | (x1 >= T(1.0))"),
};

/** Results out of one operand. NaN fails the comparison with <= and stays. */
export const UNARY: Readonly<Record<string, Form>> = {
  Relu: { expression: "select(x0, T(0.0), x0 <= T(0.0))" },
  Square: { expression: "x0 * x0" },
  Neg: { expression: "-x0" },
  Abs: { expression: "abs(x0)" },
  Floor: { expression: "floor(x0)" },
  Reciprocal: { expression: "1.0 / x0", cost: 2 },
  Sqrt: { expression: "sqrt(x0)", cost: 3 },
  Rsqrt: { expression: "inverseSqrt(x0)", cost: 3 },
  Exp: { expression: "exp(x0)", cost: 12 },
  Expm1: { expression: "exp(x0) - 1.0", cost: 12 },
  Log: { expression: "select(log(x0), T(s0), x0 < T(0.0))", scalars: [Number.NaN], cost: 12 },
  Log1p: { expression: `select(log(1.0 + x0), x0, ${NAN})`, cost: 12 },
  Sigmoid: { expression: "1.0 / (1.0 + exp(-x0))", cost: 14 },
  Tanh: {
    expression: "tangent(x0)",
    prelude: `fn tangent(x : T) -> T {
      let e = exp(-2.0 * abs(x));
      return sign(x) * (1.0 - e) / (1.0 + e);
    }`,
    cost: 16,
  },
  // log(epsilon) + 2, as tfjs has it, bounds where the exponential alone, or x, is exact.
  Softplus: {
    expression: "softplus(x0)",
    prelude: `fn softplus(x : T) -> T {
      let bound = T(13.942385);
      let e = exp(x);
      return select(select(log(e + 1.0), e, x < -bound), x, x > bound);
    }`,
    cost: 26,
  },
  Elu: { expression: "select(exp(x0) - 1.0, x0, x0 >= T(0.0))", cost: 13 },
  // Abramowitz and Stegun, 7.1.26.
  Erf: {
    expression: "errorFunction(x0)",
    prelude: `fn errorFunction(x : T) -> T {
      let t = 1.0 / (1.0 + 0.3275911 * abs(x));
      let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
      return sign(x) * (1.0 - series * exp(-abs(x) * abs(x)));
    }`,
    cost: 20,
  },
};

/** Where x is not a number it stays. */
export const step = (alpha: number): Form => ({
  expression: `select(select(T(s0), T(1.0), x0 > T(0.0)), x0, ${NAN})`,
  scalars: [alpha],
});

export const leakyRelu = (alpha: number): Form => ({
  expression: "select(x0, s0 * x0, x0 < T(0.0))",
  scalars: [alpha],
});

export const clipped = (least: number, most: number): Form => ({
  expression: `select(clamp(x0, T(s0), T(s1)), x0, ${NAN})`,
  scalars: [least, most],
});

/** x0 is a truth value. */
export const CHOICE: Form = { expression: "select(x2, x1, x0 >= T(1.0))" };
export const NOT: Form = yes("x0 < T(1.0)");
export const COPY: Form = { expression: "x0" };
export const filledWith = (value: number): Form => ({ expression: "T(s0)", scalars: [value], cost: 0 });
export const sumOf = (count: number): Form => ({
  expression: Array.from({ length: count }, (_, i) => `x${i}`).join(" + "),
  cost: count - 1,
});
