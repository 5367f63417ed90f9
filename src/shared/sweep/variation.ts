import { type ExperimentFile, parseExperiment } from "../experiment.ts";
import { setAt, valueAt } from "../set-at.ts";
import type { PointSet } from "./sweep-file.ts";

/** Fields that follow from others as long as they are not set. */
const FOLLOWERS = ["inference.k", "inference.pooling", "inference", "tuning", "repeat.views"] as const;

/**
 * An experiment with every field in it, so that any can be varied, but for what follows from the rest anyway and so goes
 * on following: a complete file says `inference.k` even where it only is K' = K.
 * @throws ExperimentError where the file makes no sense
 */
export function loosened(file: ExperimentFile): ExperimentFile {
  const complete = parseExperiment(file);
  const whole = JSON.stringify(complete);
  return FOLLOWERS.reduce<ExperimentFile>((kept, path) => {
    const without = setAt(kept, path, undefined) as ExperimentFile;
    try {
      return JSON.stringify(parseExperiment(without)) === whole ? without : kept;
    } catch {
      return kept;
    }
  }, complete as ExperimentFile);
}

/**
 * The file with the values of a set. Where the id of a choice changes (`aggregate.pooling.id`), its other parameters are
 * the new one's own; a noise keeps its site. Whole objects come before what lies in them, ids before parameters.
 * @throws PathError where a path leads nowhere
 */
export function varied(file: ExperimentFile, set: PointSet): unknown {
  return inOrder(Object.keys(set)).reduce<unknown>((document, path) => {
    const value = set[path];
    const parent = path.endsWith(".id") ? path.slice(0, -".id".length) : null;
    const choice = parent === null ? undefined : (valueAt(document, parent) as { id?: unknown; site?: unknown });
    if (parent === null || choice?.id === undefined || choice.id === value) return setAt(document, path, value);
    return setAt(document, parent, { id: value, ...(choice.site === undefined ? {} : { site: choice.site }) });
  }, file);
}

const inOrder = (paths: readonly string[]): string[] =>
  paths.toSorted((a, b) => depth(a) - depth(b) || Number(b.endsWith(".id")) - Number(a.endsWith(".id")));

const depth = (path: string): number => path.split(".").length;

/** `repeat.k = 4, aggregate.pooling.id = max`; nothing set is "as it is". */
export const setWords = (set: PointSet): string =>
  Object.entries(set)
    .map(([path, value]) => `${path} = ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ") || "as it is";
