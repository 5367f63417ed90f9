/** At most this many points are drawn a series: more cost time and show nothing on a screen this wide. */
export const MAX_POINTS = 500;

/**
 * At most `limit` of the points, in order, keeping the first, the last, and of every bucket of neighbours the
 * smallest and the largest value, so that no spike of the series is lost.
 */
export function decimate<T>(points: readonly T[], value: (point: T) => number, limit: number = MAX_POINTS): T[] {
  if (points.length <= limit) return [...points];
  const inner = points.length - 2;
  const buckets = Math.max(1, Math.floor((limit - 2) / 2));
  const kept: T[] = [points[0] as T];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor((bucket * inner) / buckets);
    const to = 1 + Math.floor(((bucket + 1) * inner) / buckets);
    const [low, high] = extremes(points, value, from, to);
    for (const index of low < high ? [low, high] : low === high ? [low] : [high, low]) kept.push(points[index] as T);
  }
  kept.push(points.at(-1) as T);
  return kept;
}

function extremes<T>(points: readonly T[], value: (point: T) => number, from: number, to: number): [number, number] {
  let low = from;
  let high = from;
  for (let index = from; index < to; index++) {
    const v = value(points[index] as T);
    if (v < value(points[low] as T)) low = index;
    if (v > value(points[high] as T)) high = index;
  }
  return [low, high];
}
