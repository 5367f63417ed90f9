import { formatTick } from "../../ui/format.ts";

/** A value axis with its ticks. */
export interface ValueAxis {
  /** Value -> 0..1. */
  readonly position: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** Ends that lie further apart than this are shown by powers. */
const WIDE = 8;

/** An axis over the values, with round ticks; by powers of 2 where they spread widely. */
export function axisOver(values: readonly number[], format: (value: number) => string = formatTick): ValueAxis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) return { position: () => 0, ticks: [] };
  return low > 0 && high / low >= WIDE ? byPowers(low, high, format) : evenly(low, high, format);
}

function evenly(low: number, high: number, format: (value: number) => string): ValueAxis {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= span / 4) ?? 10);
  const from = Math.floor(low / step + 1e-9) * step;
  const to = Math.max(from + step, Math.ceil(high / step - 1e-9) * step);
  const count = Math.round((to - from) / step);
  const position = (value: number): number => (value - from) / (to - from);
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((from + i * step).toPrecision(10)));
  return { position, ticks: ticks.map((value) => ({ at: position(value), label: format(value) })) };
}

function byPowers(low: number, high: number, format: (value: number) => string): ValueAxis {
  const margin = 1.15;
  const [from, to] = [Math.log(low / margin), Math.log(high * margin)];
  const position = (value: number): number => (Math.log(value) - from) / (to - from);
  const decades = high / low >= 100;
  const factors = decades ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(low / margin)); power <= high * margin; power *= 10)
    for (const factor of factors) ticks.push(Number((factor * power).toPrecision(6)));
  const inside = ticks.filter((value) => position(value) >= 0 && position(value) <= 1);
  return { position, ticks: inside.map((value) => ({ at: position(value), label: format(value) })) };
}
