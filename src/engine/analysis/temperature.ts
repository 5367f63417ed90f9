import { nextTask } from "../next-task.ts";

/** Temperatures beyond these say that the data do not tell (every item right, or none). */
export const TEMPERATURES = { min: 0.05, max: 20 } as const;
/** Newton's steps on log(1/T) have converged long before. */
const MAX_STEPS = 60;
const TOLERANCE = 1e-9;
/** What float32 has rounded to 0 counts as this. */
const LEAST = 1e-38;

/** log p, row-major as given: logits up to a constant a row, which a softmax does not see. */
export const logarithms = (probabilities: ArrayLike<number>): Float64Array =>
  Float64Array.from(probabilities, (p) => Math.log(Math.max(LEAST, p)));

/**
 * The temperature T > 0 that minimises the mean negative log-likelihood of softmax(z / T) (Guo et al. 2017,
 * 1706.04599, section 4.2). The likelihood is convex in b = 1/T, with slope mean(E_p[z] - z_truth) and curvature
 * mean(var_p(z)): Newton's steps, kept within a bracket that halves where they would leave it.
 * @param z logits [items, classes], row-major; constants a row do not matter
 */
export async function fitTemperature(z: Float64Array, truth: Int32Array, numClasses: number): Promise<number> {
  let low = 1 / TEMPERATURES.max;
  let high = 1 / TEMPERATURES.min;
  let b = 1;
  for (let step = 0; step < MAX_STEPS && high - low > TOLERANCE * b; step++) {
    const { slope, curvature } = likelihood(z, truth, numClasses, b);
    if (slope === 0) break;
    if (slope > 0) high = b;
    else low = b;
    const newton = b - slope / curvature;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    const settled = Math.abs(next - b) < TOLERANCE * b;
    b = next;
    if (settled) break;
    await nextTask();
  }
  return 1 / b;
}

/** Slope and curvature of the mean of -log softmax(b z)_truth in b. */
function likelihood(z: Float64Array, truth: Int32Array, numClasses: number, b: number) {
  let slope = 0;
  let curvature = 0;
  for (let i = 0; i < truth.length; i++) {
    const row = z.subarray(i * numClasses, (i + 1) * numClasses);
    const top = Math.max(...row);
    let total = 0;
    let first = 0;
    let second = 0;
    for (const value of row) {
      // Relative to the top, so that large logits lose nothing.
      const weight = Math.exp(b * (value - top));
      total += weight;
      first += weight * (value - top);
      second += weight * (value - top) ** 2;
    }
    const mean = first / total;
    slope += mean - ((row[truth[i] as number] as number) - top);
    curvature += second / total - mean ** 2;
  }
  return { slope: slope / truth.length, curvature: curvature / truth.length };
}

/** softmax(z / T), row by row, [items, classes] -> the same shape. */
export function tempered(z: Float64Array, numClasses: number, temperature: number): Float64Array {
  const out = new Float64Array(z.length);
  for (let start = 0; start < z.length; start += numClasses) {
    const row = z.subarray(start, start + numClasses);
    const top = Math.max(...row);
    const weights = row.map((value) => Math.exp((value - top) / temperature));
    const total = weights.reduce((a, c) => a + c, 0);
    for (let c = 0; c < numClasses; c++) out[start + c] = (weights[c] as number) / total;
  }
  return out;
}
