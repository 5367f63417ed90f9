const MINUTE = 60;
const HOUR = 3600;

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

/** `3,080`. */
export const formatCount = (value: number): string => value.toLocaleString("en-US");

/** `97.1%`. */
export const formatPercent = (value: number): string => `${(100 * value).toFixed(1)}%`;

/** A parameter's value without the noise of binary fractions: `0.3`, not `0.30000000000000004`. */
export const formatNumber = (value: number): string => String(Number(value.toPrecision(6)));

/** `1 epoch`, `2 epochs`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
