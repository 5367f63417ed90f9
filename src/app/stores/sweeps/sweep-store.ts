import { create } from "zustand";
import { parseExperiment } from "../../../shared/experiment.ts";
import type { SweepPlace } from "../../../shared/kept/run-entry.ts";
import type { KeptDocument } from "../../../shared/kept/store-calls.ts";
import { fromDocument, type KeptSweep, toDocument } from "../../../shared/sweep/kept-sweep.ts";
import { planOf, type SweepPlan } from "../../../shared/sweep/plan.ts";
import { isSwept, type SweepFile } from "../../../shared/sweep/sweep-file.ts";
import { sweepWords } from "../../../shared/sweep/words.ts";
import { asEngineError, engine } from "../../engine-client.ts";
import { isActive } from "../current-run.ts";
import { useDataStore } from "../data-store.ts";
import { useExperimentStore } from "../experiment-store.ts";
import { useRunStore } from "../run-store.ts";
import { controlState } from "../sharing/lesson-store.ts";
import { useUiStore } from "../ui-store.ts";
import { trainNext } from "./train-next.ts";

export interface SweepState {
  /** The oldest first. */
  sweeps: readonly KeptSweep[];
  /** The sweep that is looked at; null while a new one is put together. */
  selectedId: string | null;
  /** The sweep whose runs are being trained here, one after another. */
  drivenId: string | null;
  /** Seeds that Train trains, one run each. */
  seeds: number;
  setSeeds: (seeds: number) => void;
  select: (id: string | null) => void;
  /** Trains the experiment in the editor: one run, or one for each of the seeds. */
  train: () => Promise<void>;
  /** Trains a sweep on the data that are open. Resolves when it has ended or holds. */
  start: (file: SweepFile) => Promise<void>;
  /** Begins no further run; `now` holds the one that is on, too. */
  pause: (id: string, now: boolean) => void;
  /** Goes on, a run that was cut off from its checkpoint, and without a budget that is used up. Resolves when the sweep has ended or holds. */
  resume: (id: string) => Promise<void>;
  /** Leaves a point out; where it is being trained, its run is stopped and the next begins. */
  takeOut: (id: string, point: number) => void;
  /** Ends a sweep; what has been trained stays. */
  cancel: (id: string) => void;
  /** Forgets an ended sweep; its runs stay. */
  remove: (id: string) => void;
}

export const useSweepStore = create<SweepState>()((set, get) => ({
  sweeps: [],
  selectedId: null,
  drivenId: null,
  seeds: 1,
  setSeeds: (seeds) => set({ seeds }),
  select: (selectedId) => set({ selectedId }),
  train: async () => {
    const { seeds, start } = get();
    const { file, issues } = useExperimentStore.getState();
    if (seeds === 1) return useRunStore.getState().startTraining();
    if (isActive(useRunStore.getState().current) || issues.length > 0 || controlState("run:train") !== "free") return;
    const baselines = { k1: false, equalCompute: false };
    await start({ version: 1, name: "", experiment: file, grid: {}, search: null, seeds, baselines, budget: {} });
  },
  start: async (file) => {
    const { source, dataset } = useDataStore.getState();
    if (!source || !dataset || get().drivenId !== null) return;
    const sweep: KeptSweep = {
      id: crypto.randomUUID(),
      name: file.name || sweepWords(file),
      file,
      startedAt: new Date().toISOString(),
      source: { name: source.name, contentId: source.contentId },
      trainItems: dataset.train,
      status: "running",
      reason: "",
      cancelled: [],
    };
    set(({ sweeps }) => ({ sweeps: [...sweeps, sweep], selectedId: sweep.id }));
    keep(sweep);
    await drive(sweep.id, async () => {});
  },
  pause: (id, now) => {
    change(id, { status: "paused", reason: "" });
    if (now && goingIn(id)) useRunStore.getState().control("pause");
  },
  resume: async (id) => {
    const sweep = sweepOf(id);
    if (!sweep) return;
    // One that ended with points left has used up its budget.
    const file = sweep.status === "done" ? { ...sweep.file, budget: {} } : sweep.file;
    change(id, { status: "running", reason: "", file });
    if (goingIn(id)) useRunStore.getState().control("resume");
    await drive(id, () => useDataStore.getState().openContent(sweep.source, parseExperiment(sweep.file.experiment)));
  },
  takeOut: (id, point) => {
    const sweep = sweepOf(id);
    if (!sweep) return;
    change(id, { cancelled: [...new Set([...sweep.cancelled, point])] });
    if (goingIn(id)?.point === point) useRunStore.getState().control("stop");
  },
  cancel: (id) => {
    change(id, { status: "cancelled", reason: "" });
    if (goingIn(id)) useRunStore.getState().control("stop");
  },
  remove: (id) => {
    if (get().drivenId === id) return;
    mine.add(id);
    set(({ sweeps, selectedId }) => ({
      sweeps: sweeps.filter((sweep) => sweep.id !== id),
      selectedId: selectedId === id ? null : selectedId,
    }));
    tell(() => engine.call("store.removeDocument", { kind: "sweep", id }));
  },
}));

const sweepOf = (id: string): KeptSweep | undefined => useSweepStore.getState().sweeps.find((sweep) => sweep.id === id);

function change(id: string, patch: Partial<KeptSweep>): void {
  const sweep = sweepOf(id);
  if (!sweep) return;
  const changed = { ...sweep, ...patch };
  useSweepStore.setState(({ sweeps }) => ({ sweeps: sweeps.map((other) => (other.id === id ? changed : other)) }));
  keep(changed);
}

/** Sweeps that this page started, changed or forgot. */
const mine = new Set<string>();

function keep(sweep: KeptSweep): void {
  mine.add(sweep.id);
  tell(() => engine.call("store.keepDocument", { document: toDocument(sweep) }));
}

/** Asks the store for something nobody waits for; a refusal is told. */
function tell(call: () => Promise<unknown>): void {
  call().catch((error: unknown) =>
    useUiStore.getState().setNotice({ tone: "warn", text: `The sweep is not kept: ${asEngineError(error).message}` }),
  );
}

/** The place in the sweep of the run that is on; null where that is none of its. */
function goingIn(id: string): SweepPlace | null {
  const { current } = useRunStore.getState();
  return isActive(current) && current.sweep?.sweepId === id ? current.sweep : null;
}

/** Trains a sweep's points one after another while it is running; one sweep at a time. */
async function drive(id: string, open: () => Promise<void>): Promise<void> {
  const { getState, setState } = useSweepStore;
  if (getState().drivenId !== null) return;
  setState({ drivenId: id });
  try {
    await open();
    for (;;) {
      const sweep = sweepOf(id);
      if (sweep?.status !== "running") return;
      const isTakenOut = (point: number): boolean => sweepOf(id)?.cancelled.includes(point) ?? false;
      const end = await trainNext(sweep, planFor(sweep.file), isTakenOut);
      if (end && sweepOf(id)?.status === "running") change(id, end);
    }
  } catch (error) {
    change(id, { status: "paused", reason: asEngineError(error).message });
  } finally {
    setState({ drivenId: null });
  }
}

/** Takes over the sweeps that are kept, but for those that this page changed itself: of these it knows better. */
export function takeOverKept(documents: readonly KeptDocument[]): void {
  const kept = documents.flatMap((document) => {
    if (document.kind !== "sweep" || mine.has(document.id)) return [];
    try {
      return [fromDocument(document)];
    } catch (error) {
      useUiStore.getState().setNotice({ tone: "warn", text: (error as Error).message });
      return [];
    }
  });
  useSweepStore.setState(({ sweeps, selectedId }) => {
    const all = [...sweeps.filter(({ id }) => mine.has(id)), ...kept].sort((a, b) =>
      a.startedAt.localeCompare(b.startedAt),
    );
    // A page that has just been opened shows what waits to be gone on with.
    const waiting = all.findLast(({ status }) => status === "running" || status === "paused")?.id ?? null;
    return { sweeps: all, selectedId: sweeps.length === 0 ? (selectedId ?? waiting) : selectedId };
  });
}

const plans = new WeakMap<SweepFile, SweepPlan>();

/** The plan of a sweep, made once. */
export function planFor(file: SweepFile): SweepPlan {
  const plan = plans.get(file) ?? planOf(file);
  plans.set(file, plan);
  return plan;
}

/** Where a run stands in the sweep that it belongs to: `seed 2 of 5`, `run 7 of 18`; nothing where it is no sweep's. */
export function placeWords(sweeps: readonly KeptSweep[], place: SweepPlace | null): string | null {
  const sweep = place && sweeps.find(({ id }) => id === place.sweepId);
  if (!sweep) return null;
  const { points } = planFor(sweep.file);
  return `${isSwept(sweep.file) ? "run" : "seed"} ${place.point + 1} of ${points.length}`;
}
