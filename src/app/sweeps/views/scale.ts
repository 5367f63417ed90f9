import { formatTick } from "../../ui/format.ts";

/** A value axis with its ticks. */
export interface ValueAxis {
  /** Value -> 0..1. */
  readonly position: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** Ends that lie further apart than this are shown by powers. */
const WIDE = 8;

/** Values beyond which an axis makes no sense. */
export interface Limits {
  readonly min: number;
  readonly max: number;
}

/** An axis over the values, with round ticks; by powers of ten where they spread widely. */
export function axisOver(
  values: readonly number[],
  format: (value: number) => string = formatTick,
  limits: Limits = { min: -Infinity, max: Infinity },
): ValueAxis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) return { position: () => 0, ticks: [] };
  return low > 0 && high / low >= WIDE ? byPowers(low, high, format) : evenly(low, high, format, limits);
}

/** Where all values are one, the axis reaches a tenth of it to both sides. */
function evenly(least: number, most: number, format: (value: number) => string, limits: Limits): ValueAxis {
  const margin = most > least ? 0 : Math.abs(most) / 10 || 1;
  const [low, high] = [Math.max(limits.min, least - margin), Math.min(limits.max, most + margin)];
  const span = high - low;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= (span / 4) * 0.999) ?? 10);
  const from = Math.max(limits.min, Math.floor(low / step + 1e-9) * step);
  const to = Math.min(limits.max, Math.max(from + step, Math.ceil(high / step - 1e-9) * step));
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
