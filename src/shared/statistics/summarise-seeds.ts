import { studentTQuantile } from "./distributions.ts";

/** What one figure came to over runs that differ in the seed alone. */
export interface SeedSummary {
  n: number;
  mean: number;
  /** Sample standard deviation, n - 1 below the line; null for a single seed, which has no spread to tell. */
  sd: number | null;
  /** 95% interval of the mean over seeds; null for a single seed. */
  interval: readonly [low: number, high: number] | null;
}

/**
 * mean = sum x / n, sd = sqrt(sum (x - mean)^2 / (n - 1)), and Student's interval mean -+ t(97.5%; n - 1) sd / sqrt(n)
 * (Student 1908, Biometrika 6:1). It speaks of other seeds on the same data, not of other test items.
 * @throws RangeError without values, or where one is no finite number
 */
export function summariseSeeds(values: readonly number[]): SeedSummary {
  const n = values.length;
  if (n === 0) throw new RangeError("No values to summarise.");
  for (const [i, value] of values.entries())
    if (!Number.isFinite(value)) throw new RangeError(`Value ${i + 1} of ${n} is ${value}, not a finite number.`);
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n === 1) return { n, mean, sd: null, interval: null };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const half = (studentTQuantile(0.975, n - 1) * sd) / Math.sqrt(n);
  return { n, mean, sd, interval: [mean - half, mean + half] };
}
