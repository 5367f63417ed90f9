import { create } from "zustand";
import { type Experiment, ExperimentError, type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import type { ExperimentIssue } from "../../shared/experiment-issue.ts";
import { SAMPLES } from "../../shared/samples.ts";

const HISTORY = 100;
/** Changes of one control that follow each other faster than this are one step back. */
const GESTURE_MS = 900;

export interface ExperimentState {
  /** The file being edited: only what was chosen, without defaults. */
  file: ExperimentFile;
  /** The last file that made sense, complete with its defaults. */
  experiment: Experiment;
  /** What is wrong with `file`; empty where `experiment` is `file` completed. */
  issues: readonly ExperimentIssue[];
  past: readonly ExperimentFile[];
  future: readonly ExperimentFile[];
  /**
   * Changes the file; `change` returns a new one and never alters the old.
   * @param gesture changes with the same name in quick succession are undone together
   */
  update: (change: (file: ExperimentFile) => ExperimentFile, gesture?: string) => void;
  /** Sets the value at a dotted path such as `repeat.k`; undefined goes back to the default. */
  set: (path: string, value: unknown) => void;
  /** Puts another file in place of this one; can be undone. */
  replace: (file: ExperimentFile) => void;
  undo: () => void;
  redo: () => void;
}

/** The experiment a first visit starts with. */
export const FIRST_EXPERIMENT: ExperimentFile = SAMPLES[0]?.experiment as ExperimentFile;

let lastGesture = { name: "", at: 0 };

export const useExperimentStore = create<ExperimentState>()((set, get) => ({
  file: FIRST_EXPERIMENT,
  experiment: parseExperiment(FIRST_EXPERIMENT),
  issues: [],
  past: [],
  future: [],
  update: (change, gesture) => {
    const { file, past } = get();
    const next = change(file);
    if (next === file) return;
    const now = Date.now();
    const sameGesture = gesture !== undefined && gesture === lastGesture.name && now - lastGesture.at < GESTURE_MS;
    lastGesture = { name: gesture ?? "", at: now };
    set({ ...read(next), past: sameGesture ? past : [...past, file].slice(-HISTORY), future: [] });
  },
  set: (path, value) => get().update((file) => withValue(file, path.split("."), value) as ExperimentFile, path),
  replace: (file) => get().update(() => file),
  undo: () => {
    const { file, past, future } = get();
    const before = past.at(-1);
    if (!before) return;
    lastGesture = { name: "", at: 0 };
    set({ ...read(before), past: past.slice(0, -1), future: [file, ...future] });
  },
  redo: () => {
    const { file, past, future } = get();
    const [after, ...rest] = future;
    if (!after) return;
    lastGesture = { name: "", at: 0 };
    set({ ...read(after), past: [...past, file], future: rest });
  },
}));

function read(file: ExperimentFile): Pick<ExperimentState, "file" | "issues"> & { experiment?: Experiment } {
  try {
    return { file, experiment: parseExperiment(file), issues: [] };
  } catch (error) {
    if (error instanceof ExperimentError) return { file, issues: error.issues };
    throw error;
  }
}

/** A copy of a JSON value with the value at `path` set, or removed where it is undefined. Arrays stay arrays. */
function withValue(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
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
