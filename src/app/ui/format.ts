export {
  formatCount,
  formatDuration,
  formatMilliseconds,
  formatNumber,
  formatPercent,
  plural,
} from "../../shared/format.ts";

/** `0.387`, `12.3`, `1.2e-5`: three figures that keep their width while they stream. */
export function formatLoss(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** `61 MB`, in powers of 1,000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** `163`, `16.3`, `1.63`: three figures. */
export const formatRate = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** `40000` as `40k`, `0.00002` as `2e-5`: a tick of an axis, never wider than five characters or so. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 0.001)) return value.toExponential().replace("e+", "e");
  return size >= 10_000 ? `${Number((value / 1000).toPrecision(6))}k` : String(value);
}
