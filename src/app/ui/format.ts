const MINUTE = 60;
const HOUR = 3600;

/** `0.387`, `12.3`, `1.2e-5`: three figures that keep their width while they stream. */
export function formatLoss(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** `8 s`, `2 min 05 s`, `1 h 20 min`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return "unknown";
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ${String(seconds % MINUTE).padStart(2, "0")} s`;
  return `${Math.floor(seconds / HOUR)} h ${Math.floor((seconds % HOUR) / MINUTE)} min`;
}

/** `6.1 ms`, `61 ms`, `1.2 s`: a time too short for {@link formatDuration}. */
export function formatMilliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 100 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`;
}

/** `61 MB`, in powers of 1,000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** `3,080`. */
export const formatCount = (value: number): string => value.toLocaleString("en-US");

/** `163`, `16.3`, `1.63`: three figures. */
export const formatRate = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** `97.1%`. */
export const formatPercent = (value: number): string => `${(100 * value).toFixed(1)}%`;

/** A parameter's value without the noise of binary fractions: `0.3`, not `0.30000000000000004`. */
export const formatNumber = (value: number): string => String(Number(value.toPrecision(6)));

/** `40000` as `40k`, `0.00002` as `2e-5`: a tick of an axis, never wider than five characters or so. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 0.001)) return value.toExponential().replace("e+", "e");
  return size >= 10_000 ? `${Number((value / 1000).toPrecision(6))}k` : String(value);
}

/** `1 epoch`, `2 epochs`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
