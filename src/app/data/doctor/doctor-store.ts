import { create } from "zustand";
import { withEdits } from "../../../shared/edits.ts";
import type { Examination, Repair, Suspects } from "../../../shared/examination.ts";
import { type Experiment, type ExperimentFile, preparedFrom } from "../../../shared/experiment.ts";
import type { CostEstimate } from "../../../shared/protocol.ts";
import { asEngineError, engine, type Progress } from "../../engine-client.ts";
import { isActive } from "../../stores/current-run.ts";
import { useDataStore } from "../../stores/data-store.ts";
import { useExperimentStore } from "../../stores/experiment-store.ts";
import { useRunStore } from "../../stores/run-store.ts";

/** Folds of the search for label errors. */
export const FOLDS = 4;

/** A repair that was made, with the file before and after it. */
interface Made {
  readonly repair: Repair;
  readonly before: ExperimentFile;
  readonly after: ExperimentFile;
}

interface DoctorState {
  examination: Examination | null;
  /** What the examination was made of, as {@link examinedFor} writes it. */
  of: string | null;
  /** What a run would cost; null where it was not measured. */
  cost: CostEstimate | null;
  /** Why a run could not be had at all, such as too little memory. */
  costError: string | null;
  /** The repair made for each finding, by its place. */
  made: Readonly<Record<number, Made>>;
  suspects: Suspects | null;
  suspectsOf: string | null;
  /** Suspects that were looked at and left as they are. */
  kept: readonly number[];
  /** What goes on, and how far it is. */
  busy: "examining" | "suspecting" | null;
  progress: Progress | null;
  error: string | null;
  examine: () => Promise<void>;
  findSuspects: (withTest: boolean) => Promise<void>;
  cancel: () => void;
  apply: (place: number, repair: Repair) => void;
  takeBack: (place: number) => void;
  keep: (item: number) => void;
}

/** Another text: the examination is of other data, or of a model that reads them otherwise. */
export const examinedFor = (experiment: Experiment, sourceId: string | undefined): string =>
  JSON.stringify([sourceId, preparedFrom(experiment), experiment.backbone, experiment.objective]);

export const suspectedFor = (experiment: Experiment, sourceId: string | undefined): string =>
  JSON.stringify([sourceId, experiment]);

let under: AbortController | null = null;

const START = { busy: null, progress: null, error: null } as const;

export const useDoctorStore = create<DoctorState>()((set, get) => {
  /** Does one thing at a time, with progress and a way out. */
  const work = async (busy: "examining" | "suspecting", task: (signal: AbortSignal) => Promise<void>) => {
    if (get().busy) return;
    const mine = new AbortController();
    under = mine;
    set({ busy, progress: null, error: null });
    try {
      await task(mine.signal);
    } catch (cause) {
      const failure = asEngineError(cause);
      if (failure.kind !== "cancelled") set({ error: failure.message });
    } finally {
      set({ busy: null, progress: null });
    }
  };
  const onProgress = (progress: Progress) => set({ progress });
  return {
    ...START,
    examination: null,
    of: null,
    cost: null,
    costError: null,
    made: {},
    suspects: null,
    suspectsOf: null,
    kept: [],
    examine: () =>
      work("examining", async (signal) => {
        const { experiment } = useExperimentStore.getState();
        const of = examinedFor(experiment, useDataStore.getState().source?.id);
        const examination = await engine.call("data.examine", { experiment }, { onProgress, signal });
        set({ examination, of, cost: null, costError: null, made: {} });
        const broken = examination.findings.some(({ severity }) => severity === "error");
        if (!broken && !isActive(useRunStore.getState().current)) set(await costOf(experiment, signal, onProgress));
      }),
    findSuspects: (withTest) =>
      work("suspecting", async (signal) => {
        const { experiment } = useExperimentStore.getState();
        const suspectsOf = suspectedFor(experiment, useDataStore.getState().source?.id);
        const question = { experiment, folds: FOLDS, withTest };
        const suspects = await engine.call("data.suspects", question, { onProgress, signal });
        set({ suspects, suspectsOf, kept: [] });
      }),
    cancel: () => under?.abort(),
    apply: (place, repair) => {
      const { file: before, update } = useExperimentStore.getState();
      update((file) => repaired(file, repair));
      const { file: after } = useExperimentStore.getState();
      // A lesson may have held it back.
      if (after === before) return;
      set({ made: { ...get().made, [place]: { repair, before, after } } });
    },
    takeBack: (place) => {
      const done = get().made[place];
      if (!done) return;
      const { file, undo, update } = useExperimentStore.getState();
      if (file === done.after) undo();
      else update((now) => undone(now, done));
      const { [place]: _, ...made } = get().made;
      set({ made });
    },
    keep: (item) => set({ kept: [...get().kept, item] }),
  };
});

/** What a run would cost, or why it cannot be had. @throws EngineCallError where that is called off */
async function costOf(experiment: Experiment, signal: AbortSignal, onProgress: (progress: Progress) => void) {
  onProgress({ what: "Timing a few steps", done: 0, total: 0 });
  const { backendChoice: backend } = useRunStore.getState();
  try {
    return { cost: await engine.call("train.estimate", { experiment, backend }, { onProgress, signal }) };
  } catch (cause) {
    const failure = asEngineError(cause);
    if (failure.kind === "cancelled") throw failure;
    return { costError: failure.message };
  }
}

function repaired(file: ExperimentFile, { edits, fields }: Repair): ExperimentFile {
  const edited = Object.keys(edits).length > 0 ? withEdits(file, edits) : file;
  return fields.reduce((changed, { path, value }) => valueSet(changed, path.split("."), value), edited);
}

/** The file without what a repair did, where other changes came after it. */
function undone(file: ExperimentFile, { repair, before }: Made): ExperimentFile {
  const edits = { ...file.data.edits };
  for (const item of Object.keys(repair.edits)) {
    const earlier = before.data.edits?.[item];
    if (earlier) edits[item] = earlier;
    else delete edits[item];
  }
  const { edits: _, ...data } = file.data;
  const restored = { ...file, data: Object.keys(edits).length > 0 ? { ...data, edits } : data };
  return repair.fields.reduce((changed, { path }) => {
    const keys = path.split(".");
    return valueSet(changed, keys, valueAt(before, keys));
  }, restored);
}

const valueAt = (target: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], target);

function valueSet<T>(target: T, [key, ...rest]: readonly string[], value: unknown): T {
  if (key === undefined) return value as T;
  const { [key]: old, ...others } = (target ?? {}) as Record<string, unknown>;
  const next = valueSet(old, rest, value);
  return (next === undefined ? others : { ...others, [key]: next }) as T;
}
