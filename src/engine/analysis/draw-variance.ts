/**
 * Variance of a vector over draws, in double precision, its entries averaged: (1/P) sum_p var_r(g_rp), the unbiased
 * one over r, by Welford's updates.
 */
export class DrawVariance {
  readonly #mean: Float64Array;
  #squares = 0;
  #count = 0;
  #previous: Float32Array | null = null;
  /** ||g_2j - g_2j+1||^2 / 2P: independent unbiased estimates of the same variance. */
  readonly #pairs: number[] = [];

  constructor(readonly size: number) {
    this.#mean = new Float64Array(size);
  }

  /** Takes in one draw [size]; it is not changed, and kept until the next. */
  add(draw: Float32Array): void {
    this.#count += 1;
    let squares = 0;
    for (let i = 0; i < this.size; i++) {
      const value = draw[i] as number;
      const before = this.#mean[i] as number;
      const after = before + (value - before) / this.#count;
      this.#mean[i] = after;
      squares += (value - before) * (value - after);
    }
    this.#squares += squares;
    if (this.#previous) this.#pairs.push(halfSquaredDistance(draw, this.#previous) / this.size);
    this.#previous = this.#previous ? null : draw;
  }

  get variance(): number {
    return this.#count < 2 ? NaN : this.#squares / (this.#count - 1) / this.size;
  }

  /**
   * Standard error of {@link variance}. The m pairs are independent, so their mean's error is seen in their spread;
   * of n normal draws, the variance over all has its error smaller by sqrt(m / (n - 1)).
   */
  get standardError(): number {
    const m = this.#pairs.length;
    if (m < 2) return NaN;
    const mean = this.#pairs.reduce((a, b) => a + b, 0) / m;
    const spread = this.#pairs.reduce((sum, pair) => sum + (pair - mean) ** 2, 0) / (m - 1);
    return Math.sqrt(spread / m) * Math.sqrt(m / (this.#count - 1));
  }
}

function halfSquaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum / 2;
}

/**
 * Variance of the mean of K passes over that of one: 1/K for fresh noise; (V - K) / (K (V - 1)) for K distinct ones
 * out of a bank of V, where the K passes come closer to the whole bank.
 */
export function meanVarianceLaw(k: number, bank: number): number {
  return bank === 0 ? 1 / k : (bank - k) / (k * Math.max(1, bank - 1));
}
