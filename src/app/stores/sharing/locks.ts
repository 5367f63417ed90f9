import type { Experiment, ExperimentFile } from "../../../shared/experiment.ts";

/** Values that are held: the path of each, and what stands there. */
export type Locks = readonly (readonly [path: string, value: unknown])[];

/** The value at a dotted path; undefined where there is none. */
export const valueAt = (target: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], target);

/** A copy of a JSON value with the value at `path` set, or removed where it is undefined. Arrays stay arrays. */
export function withValue(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(target)) {
    const copy: unknown[] = [...target];
    copy[Number(key)] = withValue(copy[Number(key)], rest, value);
    return copy;
  }
  const { [key]: old, ...others } = (target ?? {}) as Record<string, unknown>;
  const next = withValue(old, rest, value);
  return next === undefined ? others : { ...(target as Record<string, unknown>), [key]: next };
}

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Locks on these paths at the values of a complete experiment, so that no default can move them either. */
export const locksAt = (experiment: Experiment, paths: readonly string[]): Locks =>
  paths.map((path) => [path, valueAt(experiment, path)] as const);

/** The file with every held value in its place; the same file where all are. */
export const withLocks = (file: ExperimentFile, locks: Locks): ExperimentFile =>
  locks.reduce(
    (held, [path, value]) =>
      equal(valueAt(held, path), value) ? held : (withValue(held, path.split("."), value) as ExperimentFile),
    file,
  );
