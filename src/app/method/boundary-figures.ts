import type { BoundaryResult } from "../../shared/method-calls.ts";
import { formatPercent } from "../ui/format.ts";

/** A row a class: its training points, how many the plane gives back, and its share of the plane. */
export function classFigures({ points, classes }: BoundaryResult, names: readonly string[]): string[][] {
  return names.map((name, c) => {
    const own = points.filter(({ truth }) => truth === c);
    const right = own.filter(({ predicted }) => predicted === c).length;
    const area = classes.reduce((count, at) => count + (at === c ? 1 : 0), 0) / Math.max(1, classes.length);
    return [name, String(own.length), `${right} of ${own.length}`, formatPercent(area)];
  });
}

/** Round numbers within a range, about `count` of them. */
export function ticksWithin(min: number, max: number, count: number): number[] {
  const rough = (max - min) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The point nearest to a place on the screen, or null where none is within reach. */
export function nearestPoint(
  places: readonly { x: number; y: number }[],
  at: { x: number; y: number },
  reach: number,
): number | null {
  let best: { index: number; distance: number } | null = null;
  for (const [index, { x, y }] of places.entries()) {
    const distance = Math.hypot(x - at.x, y - at.y);
    if (distance <= reach && (best === null || distance < best.distance)) best = { index, distance };
  }
  return best?.index ?? null;
}
