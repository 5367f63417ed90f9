/** A range and its tick marks, the first and the last at its ends. */
export interface Axis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/** Ticks at 1, 2 or 5 times a power of ten (or at whole numbers only), about `count` of them, that enclose the range. */
export function niceAxis(min: number, max: number, count = 5, integer = false): Axis {
  const span = max > min ? max - min : Math.abs(max) || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough * 0.999) ?? 10;
  const step = integer ? Math.max(1, Math.round(factor * power)) : factor * power;
  const from = Math.floor(min / step + 1e-9);
  const to = Math.max(from + 1, Math.ceil(max / step - 1e-9));
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12)));
  return { min: ticks[0] as number, max: ticks.at(-1) as number, ticks };
}

/** The epoch axis ends where training ends; ticks at whole epochs. */
export function epochAxis(epochs: number): Axis {
  const { ticks } = niceAxis(0, epochs, 6, true);
  return { min: 0, max: epochs, ticks: ticks.filter((tick) => tick <= epochs) };
}

/** A run of up to this many epochs is drawn on its whole length from the start. */
const WHOLE = 50;

/**
 * Where the axis of a run ends: at its last epoch, or, while a long run has come less far, at the next of 50, 100, 200,
 * ... epochs, so that a young curve is more than a line at the edge.
 */
export function horizon(epochs: number, done: number): number {
  let end = WHOLE;
  while (end <= done) end *= 2;
  return Math.min(epochs, end);
}

/** The value below which the given share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
