import { create } from "zustand";
import type { DatasetSummary, SourceSummary } from "../../shared/dataset.ts";
import { editsOf, restoreAll } from "../../shared/edits.ts";
import type { Experiment, ExperimentFile } from "../../shared/experiment.ts";
import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { noiseMisfit } from "../../shared/noise-misfits.ts";
import type { DataSource } from "../../shared/protocol.ts";
import { SAMPLE_PREFIX, SAMPLES } from "../../shared/samples.ts";
import { asEngineError, EngineCallError, engine, type Progress } from "../engine-client.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { controlState } from "./sharing/lesson-store.ts";
import { answer, useRequestStore } from "./sharing/request-store.ts";
import { useUiStore } from "./ui-store.ts";

/** `held`: open, but not the data that were asked for, and not yet taken in their place. */
export type DataStatus = "empty" | "opening" | "preparing" | "ready" | "failed" | "held";

/** A source that was opened, and how to get back to it. */
export interface Opened {
  source: DataSource;
  skipBad: boolean;
  name: string;
  /** The experiment when something else was opened in its place. */
  file: ExperimentFile;
}

export interface DataState {
  status: DataStatus;
  /** What is open; stays while something else is being opened and where that fails. */
  source: SourceSummary | null;
  /** The data set as it would be trained on now; null until it is prepared, or where that failed. */
  dataset: DatasetSummary | null;
  /** Progress of opening or preparing. */
  progress: Progress | null;
  /** Why the last open failed: its `problems` name file and row, `skippable` says how many items could be left out. */
  openError: EngineCallError | null;
  /** Why the open data could not be prepared for this experiment. */
  prepareError: EngineCallError | null;
  /** What was last asked for, so that it can be opened again with bad items left out. */
  lastAsked: DataSource | null;
  /**
   * Opens a source; the experiment then follows it. Resolves when it is open or has failed (`openError`).
   * @param openedName the name of what the person chose, where it is opened under another
   */
  openSource: (source: DataSource, skipBad?: boolean, openedName?: string) => Promise<void>;
  /** Takes the data that are held in place of those that were asked for. */
  takeHeld: () => Promise<void>;
  /** Opens what failed once more and leaves out the bad items. */
  skipBadAndOpen: () => Promise<void>;
  cancelOpening: () => void;
  dismissError: () => void;
  /** Encodes and splits for the current experiment. Runs by itself whenever task, data or seed change. */
  prepare: () => Promise<void>;
  /** What was open before the current source; null where that was the first. */
  before: Opened | null;
  /** Opens what was open before, with the experiment it had. */
  goBack: () => Promise<void>;
  /**
   * Opens what a run was of, where something else is open, and with it the run's experiment.
   * @throws EngineCallError where it is not here
   */
  openContent: (source: RunEntry["source"], experiment: Experiment) => Promise<void>;
  /** Opens the last source once more, after the engine was replaced. */
  reopen: () => Promise<void>;
}

let opening: AbortController | null = null;
let preparing: AbortController | null = null;
let opened: Omit<Opened, "file"> | null = null;

export const useDataStore = create<DataState>()((set, get) => ({
  status: "empty",
  source: null,
  dataset: null,
  progress: null,
  openError: null,
  prepareError: null,
  lastAsked: null,
  before: null,
  openSource: async (source, skipBad = false, openedName) => {
    const refusal = lockedRefusal(source);
    if (refusal) return useUiStore.getState().setNotice({ tone: "warn", text: refusal });
    const former = get().source;
    const summary = await open(source, skipBad);
    if (!summary) return;
    const answered = answer(source, summary, openedName ?? summary.name);
    if (answered === "other") return set({ status: "held" });
    if (answered === "right" && source.kind !== "kept")
      useUiStore.getState().setNotice({ tone: "info", text: SAME_DATA });
    if (!follow(source, summary, answered !== "right" && changedSince(former, summary))) return reopenBefore();
    await get().prepare();
  },
  takeHeld: async () => {
    const { source } = get();
    if (!source || !opened || get().status !== "held") return;
    useRequestStore.getState().settle();
    follow(opened.source, source, true);
    set({ status: "preparing" });
    await get().prepare();
  },
  skipBadAndOpen: async () => {
    const { lastAsked } = get();
    if (lastAsked) await get().openSource(lastAsked, true);
  },
  cancelOpening: () => opening?.abort(),
  dismissError: () => set({ openError: null, prepareError: null }),
  prepare: async () => {
    if (!get().source || get().status === "opening" || get().status === "held") return;
    preparing?.abort();
    const mine = new AbortController();
    preparing = mine;
    set({ status: "preparing", prepareError: null });
    const { experiment } = useExperimentStore.getState();
    try {
      const onProgress = (progress: Progress) => preparing === mine && set({ progress });
      const dataset = await engine.call("data.prepare", { experiment }, { onProgress, signal: mine.signal });
      if (preparing === mine) set({ dataset, status: "ready", progress: null });
    } catch (error) {
      const failure = asEngineError(error);
      if (preparing !== mine || failure.kind === "cancelled") return;
      set({ dataset: null, status: "failed", progress: null, prepareError: failure });
    }
  },
  goBack: async () => {
    const { before } = get();
    if (!before || !(await open(before.source, before.skipBad))) return;
    useExperimentStore.getState().replace(before.file);
    await get().prepare();
  },
  openContent: async ({ contentId, name }, experiment) => {
    if (get().source?.contentId === contentId) return;
    const sample = contentId.startsWith(SAMPLE_PREFIX) ? contentId.slice(SAMPLE_PREFIX.length) : null;
    const source: DataSource = sample === null ? { kind: "kept", contentId } : { kind: "sample", id: sample };
    if (!(await open(source, false)))
      throw get().openError ?? new EngineCallError({ kind: "cancelled", message: `${name} was not opened.` });
    useExperimentStore.getState().replace(experiment);
    await get().prepare();
  },
  reopen: async () => {
    if (!opened) return;
    set({ dataset: null });
    if (!(await open(opened.source, opened.skipBad))) return;
    if (useRequestStore.getState().other) set({ status: "held" });
    else await get().prepare();
  },
}));

const SAME_DATA =
  "These are the data that were asked for, by their content: with the same seed they give the same curves.";

const STRAY_EDITS =
  "These data have changed, and what was edited by hand was edited by row: the edits were taken out. Undo brings them back.";

/** Why a lesson does not let this be opened, or null where it does; what it asks for itself can always be brought. */
function lockedRefusal(source: DataSource): string | null {
  const isAsked = useRequestStore.getState().request !== null && source.kind !== "sample";
  if (controlState("data.train") === "free" || isAsked) return null;
  const { train } = useExperimentStore.getState().file.data;
  if (source.kind === "sample" && train === `${SAMPLE_PREFIX}${source.id}`) return null;
  return "This lesson locks the data set, so nothing else was opened. Leave the lesson to open other data.";
}

/** True where a file of the same name was open before, with another content. */
const changedSince = (former: SourceSummary | null, { contentId, files }: SourceSummary): boolean =>
  former !== null &&
  former.contentId !== contentId &&
  former.files.some(({ name }) => files.some((file) => file.name === name));

/**
 * Makes the experiment follow what was opened.
 * @param isOther the experiment's edits were made on other content, so that they would hit the wrong items
 * @returns false where what a lesson locks does not fit these data
 */
function follow(source: DataSource, summary: SourceSummary, isOther: boolean): boolean {
  const { file, replace } = useExperimentStore.getState();
  const fitting = experimentFor(file, source, summary);
  const isStray = fitting === file && isOther && Object.keys(editsOf(file)).length > 0;
  const next = isStray ? restoreAll(file) : fitting;
  if (next === file) return true;
  replace(next);
  if (isStray) useUiStore.getState().setNotice({ tone: "info", text: STRAY_EDITS });
  return useExperimentStore.getState().refusal === null;
}

/** Opens what was open before once more, for the experiment that has stayed as it was. */
async function reopenBefore(): Promise<void> {
  const { before, prepare } = useDataStore.getState();
  if (before && (await open(before.source, before.skipBad))) await prepare();
}

/** Opens a source and shows its progress; what was open before stays until this succeeds. */
async function open(source: DataSource, skipBad: boolean): Promise<SourceSummary | null> {
  const { setState: set, getState: get } = useDataStore;
  opening?.abort();
  preparing?.abort();
  const mine = new AbortController();
  opening = mine;
  const settled = (): DataStatus => (get().dataset ? "ready" : get().source ? "failed" : "empty");
  set({ status: "opening", openError: null, lastAsked: source, progress: { what: "Opening", done: 0, total: 0 } });
  try {
    const onProgress = (progress: Progress) => opening === mine && set({ progress });
    const summary = await engine.call("data.open", { source, skipBad }, { onProgress, signal: mine.signal });
    if (opening !== mine) return null;
    const before =
      opened && opened.source !== source ? { ...opened, file: useExperimentStore.getState().file } : get().before;
    opened = { source, skipBad, name: summary.name };
    set({ before, source: summary, dataset: null, status: "preparing", progress: null, prepareError: null });
    return summary;
  } catch (error) {
    if (opening !== mine) return null;
    const failure = asEngineError(error);
    set({ status: settled(), progress: null, openError: failure.kind === "cancelled" ? null : failure });
    return null;
  }
}

/**
 * The experiment after a source was opened. A built-in sample brings its own, a file that the experiment already
 * names (a link, an experiment file) keeps it, and anything else takes over the method but not what no longer fits.
 */
export function experimentFor(file: ExperimentFile, source: DataSource, summary: SourceSummary): ExperimentFile {
  const named = summary.files.some((candidate) => candidate.name === file.data.train);
  if (source.kind === "sample") {
    if (file.data.train === `sample:${source.id}`) return file;
    return SAMPLES.find((sample) => sample.id === source.id)?.experiment ?? { ...file, ...summary.guess };
  }
  if (named && columnsExist(file, summary)) return file;
  const { task, data } = summary.guess;
  if (task === file.task) return { ...file, data };
  // A learning rate suits a model, and the model changes with the task.
  const { backbone: _backbone, tuning: _tuning, optimizer: _optimizer, ...method } = file;
  const noises = method.repeat?.noises?.filter((n) => noiseMisfit(n.id, siteOf(n), task) === null) ?? [];
  return { ...method, task, data, repeat: { ...method.repeat, noises } };
}

const siteOf = (noise: { site?: string | undefined }): string => noise.site ?? "input";

function columnsExist(file: ExperimentFile, summary: SourceSummary): boolean {
  if (summary.kind !== "table") return true;
  const known = new Set(summary.columns.map((column) => column.name));
  const { label, text, features } = file.data;
  return [label, text, ...(features ?? [])].every((name) => name === undefined || known.has(name));
}
