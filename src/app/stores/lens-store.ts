import { create } from "zustand";
import type { LensResult } from "../../shared/protocol.ts";
import { asEngineError, engine } from "../engine-client.ts";
import { useDataStore } from "./data-store.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { useRunStore } from "./run-store.ts";

/** How long the lens waits after a change for the next one, so that a slider's way is not computed step by step. */
const DEBOUNCE_MS = 60;

export interface LensState {
  /** The last answer; stays on screen while the next one is computed. */
  result: LensResult | null;
  /** The item looked at; null lets the engine choose. */
  item: number | null;
  /** Number of the draw of noise: another number, other noise. */
  draw: number;
  pending: boolean;
  error: string | null;
  /** Asks for the lens anew, soon; the latest wish wins. */
  refresh: () => void;
  setItem: (item: number | null) => void;
  nextItem: () => void;
  previousItem: () => void;
  redraw: () => void;
}

let timer: ReturnType<typeof setTimeout> | null = null;
let busy = false;
let again = false;

export const useLensStore = create<LensState>()((set, get) => ({
  result: null,
  item: null,
  draw: 0,
  pending: false,
  error: null,
  refresh: () => {
    if (timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      void show();
    }, DEBOUNCE_MS);
  },
  setItem: (item) => {
    set({ item });
    get().refresh();
  },
  nextItem: () => get().setItem(neighbour(1)),
  previousItem: () => get().setItem(neighbour(-1)),
  redraw: () => {
    set({ draw: get().draw + 1 });
    get().refresh();
  },
}));

/** Items are numbered 0..n-1 over all splits; the walk goes round at the ends. */
function neighbour(step: number): number | null {
  const { dataset } = useDataStore.getState();
  const { item, result } = useLensStore.getState();
  if (!dataset) return null;
  const total = dataset.train + dataset.validation + dataset.test + dataset.leftOut;
  const here = item ?? result?.item.id ?? -step;
  return total === 0 ? null : (here + step + total) % total;
}

/** One request at a time; what changed meanwhile is asked for after it. */
async function show(): Promise<void> {
  const { setState: set, getState: get } = useLensStore;
  if (!useDataStore.getState().dataset) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  set({ pending: true });
  const { experiment } = useExperimentStore.getState();
  const { modelRunId: runId } = useRunStore.getState();
  const { item, draw } = get();
  try {
    const result = await engine.call("lens.show", { experiment, item, runId, draw });
    set({ result, error: null });
  } catch (error) {
    const failure = asEngineError(error);
    if (failure.kind !== "cancelled") set({ error: failure.message });
  }
  busy = false;
  set({ pending: again });
  if (again) {
    again = false;
    get().refresh();
  }
}
