import { type Experiment, ExperimentError, type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import type { ExperimentIssue } from "../../shared/experiment-issue.ts";

/** What the text of a JSON file turns out to be. */
export type FileContent =
  | { kind: "experiment"; file: ExperimentFile; experiment: Experiment }
  /** Meant as an experiment, but wrong at these fields; a path is empty where the file as a whole is. */
  | { kind: "bad-experiment"; issues: readonly ExperimentIssue[] }
  /** A sweep as the command line takes it: an experiment, and what of it varies. */
  | { kind: "sweep"; file: ExperimentFile; sweep: Readonly<Record<string, unknown>> }
  | { kind: "other" };

/**
 * Tells an experiment file (an object with `version`, `task` and `data`) or a run's record (`run.json`, which contains
 * one) from data. One of the three fields may be missing or wrong: then the file is a faulty experiment, not data.
 */
export function readExperimentFile(text: string): FileContent {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!looksLikeExperiment(text)) return { kind: "other" };
    return {
      kind: "bad-experiment",
      issues: [{ path: "", message: `It is no valid JSON: ${(error as Error).message}` }],
    };
  }
  const sweep = isSweep(json) ? json : null;
  const file = sweep ? sweep.experiment : experimentIn(json);
  if (file === null) return { kind: "other" };
  try {
    const experiment = parseExperiment(file);
    if (sweep) return { kind: "sweep", file: file as ExperimentFile, sweep };
    return { kind: "experiment", file: file as ExperimentFile, experiment };
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    const inside = ({ path }: ExperimentIssue) => (sweep ? ["experiment", path].filter(Boolean).join(".") : path);
    return { kind: "bad-experiment", issues: error.issues.map((issue) => ({ ...issue, path: inside(issue) })) };
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSweep = (json: unknown): json is Record<string, unknown> =>
  isObject(json) && isObject(json.experiment) && (isObject(json.grid) || Object.hasOwn(json, "seeds"));

function experimentIn(json: unknown): Record<string, unknown> | null {
  if (!isObject(json)) return null;
  const marks = [Object.hasOwn(json, "version"), Object.hasOwn(json, "task"), isObject(json.data)];
  if (marks.filter(Boolean).length >= 2) return json;
  return Object.hasOwn(json, "software") && isObject(json.experiment) ? json.experiment : null;
}

/** JSON lines are no single JSON value either; but their first line is one. */
function looksLikeExperiment(text: string): boolean {
  const start = text.trimStart();
  if (!start.startsWith("{") || !/"version"\s*:/.test(start) || !/"task"\s*:/.test(start)) return false;
  try {
    JSON.parse(start.slice(0, start.indexOf("\n")));
    return false;
  } catch {
    return true;
  }
}

/** An experiment as the content of a file: complete, so that it says everything, two spaces deep. */
export const experimentJson = (experiment: Experiment): string => `${JSON.stringify(experiment, null, 2)}\n`;
