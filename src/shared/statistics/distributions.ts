const ERFC_SPLIT = 2;
const FRACTION_TERMS = 120;

/**
 * Complementary error function erfc(x) = 2/sqrt(pi) int_x^inf exp(-t^2) dt. Below 2 by erf's series of positive terms
 * 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (2n+1)!!, above by the continued fraction
 * exp(-x^2)/sqrt(pi) 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))) (Abramowitz and Stegun 1964, 7.1.6 and 7.1.14).
 * Relative error below 1e-12.
 */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x >= ERFC_SPLIT) {
    let tail = x;
    for (let n = FRACTION_TERMS; n >= 1; n--) tail = x + n / 2 / tail;
    return scale / tail;
  }
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return 1 - 2 * scale * sum;
}

/** P(X > x) of the chi-square distribution with one degree of freedom: erfc(sqrt(x / 2)). */
export const chiSquareSurvival = (x: number): number => erfc(Math.sqrt(Math.max(0, x) / 2));

/**
 * P(X <= k) + P(X >= n - k) for k <= n/2 of X ~ Binomial(n, 1/2), at most 1: 2 sum_(i<=k) C(n, i) / 2^n. Exact but for
 * rounding while 2^n is a double.
 */
export function fairBinomialTails(k: number, n: number): number {
  let choose = 1;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += choose;
    choose *= (n - i) / (i + 1);
  }
  return Math.min(1, 2 * sum * 2 ** -n);
}

/**
 * P(|T| < t) of Student's t with a whole number `df` of degrees of freedom, by theta = atan(t / sqrt(df)): closed sums
 * of cosines, one for odd and one for even `df` (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
 */
function studentTCentre(theta: number, df: number): number {
  const cosine = Math.cos(theta);
  const odd = df % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = df === 1 ? 0 : term;
  for (let i = odd ? 3 : 2; i <= df - 2; i += 2) {
    term *= ((i - 1) / i) * cosine * cosine;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}

/**
 * Quantile of Student's t distribution: the t with P(T <= t) = p, by bisection.
 * @throws RangeError where `df` is no whole number above 0, or p lies outside (0, 1)
 */
export function studentTQuantile(p: number, df: number): number {
  if (!Number.isInteger(df) || df < 1) throw new RangeError(`Student's t needs whole degrees of freedom, not ${df}.`);
  if (!(p > 0 && p < 1)) throw new RangeError(`A quantile needs a probability between 0 and 1, not ${p}.`);
  if (p < 0.5) return -studentTQuantile(1 - p, df);
  let low = 0;
  let high = Math.PI / 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return Math.sqrt(df) * Math.tan(low);
    if (studentTCentre(middle, df) < 2 * p - 1) low = middle;
    else high = middle;
  }
}
