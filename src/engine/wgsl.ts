/** Pieces of WGSL that generators share: text in, text out. */

/** Below every float32 that a maximum is taken of. */
export const LOWEST = "-3.4028234e38";

/** A number as an f32: `3` alone would be an integer. */
export const literal = (x: number): string => (Number.isInteger(x) && !`${x}`.includes("e") ? `${x}.0` : `${x}`);

/** max(x, least), but not a number where x is none: `max` may hide a model that has diverged. */
export const atLeast = (x: string, least: number): string =>
  `select(${x}, ${literal(least)}, ${x} < ${literal(least)})`;

/** Runs statements that read `k` from 0 to count - 1. */
export const forEach = (k: string, count: number, body: string): string =>
  `for (var ${k} = 0u; ${k} < ${count}u; ${k}++) { ${body} }`;

/** Statements that leave log sum_k exp(term(k)), k < count, in a new variable. */
export const logSumExp = (name: string, count: number, term: (k: string) => string): string => `
  var ${name}Top = ${LOWEST};
  ${forEach("k", count, `${name}Top = max(${name}Top, ${term("k")});`)}
  var ${name}Sum = 0.0;
  ${forEach("k", count, `${name}Sum += exp(${term("k")} - ${name}Top);`)}
  let ${name} = ${name}Top + log(${name}Sum);`;

/**
 * log(1 + y) for y > -1 and exp(x) - 1, to float32's precision near 0 too, where WGSL's logarithm may be off by 2^-21,
 * and log s(z) = min(z, 0) - log(1 + exp(-|z|)).
 */
export const MATH = `
  fn logOnePlus(y : f32) -> f32 {
    if (y < -0.5 || y > 1.0) { return log(1.0 + y); }
    // 2 artanh(s), |s| <= 1/3.
    let s = y / (2.0 + y);
    let z = s * s;
    return 2.0 * s * (1.0 + z * (0.333333333 + z * (0.2 + z * (0.142857143 + z * (0.111111111 + z *
      (0.0909090909 + z * 0.0769230769))))));
  }

  fn expMinusOne(x : f32) -> f32 {
    if (abs(x) > 0.5) { return exp(x) - 1.0; }
    return x * (1.0 + x * (0.5 + x * (0.166666667 + x * (0.0416666667 + x * (0.00833333333 + x *
      (0.00138888889 + x * (0.000198412698 + x * 2.48015873e-5)))))));
  }

  // NaN or infinite, by its bits: compilers may take it that no number is.
  fn isNoNumber(x : f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u; }

  fn logSigmoid(z : f32) -> f32 { return min(z, 0.0) - logOnePlus(exp(-abs(z))); }
`;
