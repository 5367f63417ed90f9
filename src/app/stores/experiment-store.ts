import { create } from "zustand";
import { type Experiment, ExperimentError, type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import type { ExperimentIssue } from "../../shared/experiment-issue.ts";
import { SAMPLES } from "../../shared/samples.ts";
import { type Locks, locksAt, withLocks, withValue } from "./sharing/locks.ts";

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
  /** Values that no change, undo or other file moves; empty where nothing is locked. */
  locks: Locks;
  /** Why the last change was not made, in a sentence: it would have needed a locked value to move. Null where it was made. */
  refusal: string | null;
  /**
   * Changes the file; `change` returns a new one and never alters the old. Locked values stay as they are.
   * @param gesture changes with the same name in quick succession are undone together
   */
  update: (change: (file: ExperimentFile) => ExperimentFile, gesture?: string) => void;
  /** Sets the value at a dotted path such as `repeat.k`; undefined goes back to the default. */
  set: (path: string, value: unknown) => void;
  /** Puts another file in place of this one; can be undone. */
  replace: (file: ExperimentFile) => void;
  undo: () => void;
  redo: () => void;
  /** Holds the values at these paths as they are now. Undo goes no further back than this. */
  lock: (paths: readonly string[]) => void;
  /** Frees all values; undo then reaches what was before the lock, too. */
  unlock: () => void;
}

/** The experiment a first visit starts with. */
export const FIRST_EXPERIMENT: ExperimentFile = SAMPLES[0]?.experiment as ExperimentFile;

let lastGesture = { name: "", at: 0 };
let pastBeforeLock: readonly ExperimentFile[] = [];

export const useExperimentStore = create<ExperimentState>()((set, get) => ({
  file: FIRST_EXPERIMENT,
  experiment: parseExperiment(FIRST_EXPERIMENT),
  issues: [],
  past: [],
  future: [],
  locks: [],
  refusal: null,
  update: (change, gesture) => {
    const { file, past, locks } = get();
    if (get().refusal !== null) set({ refusal: null });
    const wanted = change(file);
    const next = withLocks(wanted, locks);
    if (wanted === file) return;
    const refusal = next === wanted ? null : refusalOf(file, wanted, next);
    if (refusal !== null) return set({ refusal });
    const now = Date.now();
    const sameGesture = gesture !== undefined && gesture === lastGesture.name && now - lastGesture.at < GESTURE_MS;
    lastGesture = { name: gesture ?? "", at: now };
    set({ ...read(next), past: sameGesture ? past : [...past, file].slice(-HISTORY), future: [] });
  },
  set: (path, value) => get().update((file) => withValue(file, path.split("."), value) as ExperimentFile, path),
  replace: (file) => get().update(() => file),
  undo: () => {
    const { file, past, future, locks } = get();
    const before = past.at(-1);
    if (!before) return;
    lastGesture = { name: "", at: 0 };
    set({ ...read(withLocks(before, locks)), past: past.slice(0, -1), future: [file, ...future] });
  },
  redo: () => {
    const { file, past, future, locks } = get();
    const [after, ...rest] = future;
    if (!after) return;
    lastGesture = { name: "", at: 0 };
    set({ ...read(withLocks(after, locks)), past: [...past, file], future: rest });
  },
  lock: (paths) => {
    const { file, experiment, past, locks } = get();
    if (locks.length === 0) pastBeforeLock = past;
    const held = locksAt(experiment, paths);
    lastGesture = { name: "", at: 0 };
    set({ ...read(withLocks(file, held)), locks: held, past: [], future: [], refusal: null });
  },
  unlock: () => {
    set(({ past }) => ({ locks: [], refusal: null, past: [...pastBeforeLock, ...past].slice(-HISTORY) }));
    pastBeforeLock = [];
  },
}));

/** Why a change that locks hold back, wholly or in part, is not made; null where the rest of it makes sense. */
function refusalOf(file: ExperimentFile, wanted: ExperimentFile, held: ExperimentFile): string | null {
  if (JSON.stringify(held) === JSON.stringify(file)) return "This lesson locks that, so nothing was changed.";
  const [issue] = read(held).issues;
  if (!issue || read(wanted).issues.length > 0) return null;
  return `Not changed: with what this lesson locks it would not fit. ${issue.path}: ${issue.message}`;
}

function read(file: ExperimentFile): Pick<ExperimentState, "file" | "issues"> & { experiment?: Experiment } {
  try {
    return { file, experiment: parseExperiment(file), issues: [] };
  } catch (error) {
    if (error instanceof ExperimentError) return { file, issues: error.issues };
    throw error;
  }
}
