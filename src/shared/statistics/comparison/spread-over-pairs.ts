import { studentTQuantile } from "../distributions.ts";
import { Z_95 } from "../intervals.ts";

/**
 * Resampled means of one score's difference over P pairs of runs whose test items are resampled together. That alone
 * says what other items would do, not other seeds, so the pairs are resampled too. But the differences d_p of the pairs
 * vary by seed and by item at once, and resampling both as they are counts the items' part up to three times (Owen
 * 2007, Annals of Applied Statistics 1:386). So deviations of the pairs are first shrunk to the seeds' part:
 *
 *   mean* = mean_p d_p* + s w mean_(drawn) (d_p - mean d),    s^2 = max(0, 1 - W / V),    w = t(97.5%; P - 1) / z(97.5%)
 *
 * with V the sample variance of d_p, and W the mean over resamples of the variance of d_p* - d_p over pairs, which is
 * what the items alone make of it (as DerSimonian and Laird 1986, Controlled Clinical Trials 7:177, take out the
 * variance within studies). P - 1 of P pairs are drawn, whose mean varies as that of P seeds does (Rao and Wu 1988,
 * JASA 83:231); w widens it for so few (Hesterberg 2015, The American Statistician 69:371).
 */
export class SpreadOverPairs {
  readonly #differences: Float64Array;
  readonly #deviations: Float64Array;
  readonly #ofItems: Float64Array;
  readonly #ofSeeds: Float64Array;
  #within = 0;

  /** @param differences [pairs], on all items */
  constructor(differences: Float64Array, resamples: number) {
    this.#differences = differences;
    const mean = meanOf(differences);
    this.#deviations = differences.map((d) => d - mean);
    this.#ofItems = new Float64Array(resamples);
    this.#ofSeeds = new Float64Array(resamples);
  }

  /**
   * @param differences [pairs], on the items of resample r; NaN where it has none of a pair's
   * @param drawn [pairs] -> how often the pair is drawn
   */
  add(r: number, differences: Float64Array, drawn: Int32Array): void {
    let mean = 0;
    let noise = 0;
    let squares = 0;
    let seeds = 0;
    let numDrawn = 0;
    let present = 0;
    for (let p = 0; p < differences.length; p++) {
      const times = drawn[p] as number;
      seeds += times * (this.#deviations[p] as number);
      numDrawn += times;
      const difference = differences[p] as number;
      if (Number.isNaN(difference)) continue;
      const change = difference - (this.#differences[p] as number);
      mean += difference;
      noise += change;
      squares += change * change;
      present += 1;
    }
    this.#ofItems[r] = mean / present;
    if (numDrawn > 0) this.#ofSeeds[r] = seeds / numDrawn;
    if (present > 1) this.#within += (squares - (noise * noise) / present) / (present - 1);
  }

  /** [resamples]. */
  resampledMeans(): Float64Array {
    const { length: numPairs } = this.#deviations;
    const between = this.#deviations.reduce((sum, d) => sum + d * d, 0) / (numPairs - 1);
    const within = this.#within / this.#ofItems.length;
    const shrink = numPairs > 1 && between > within ? Math.sqrt(1 - within / between) : 0;
    const widen = shrink > 0 ? studentTQuantile(0.975, numPairs - 1) / Z_95 : 1;
    return this.#ofItems.map((mean, r) => mean + shrink * widen * (this.#ofSeeds[r] as number));
  }
}

const meanOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
