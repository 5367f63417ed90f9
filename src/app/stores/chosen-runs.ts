import { create } from "zustand";

export interface ChosenRuns {
  /** Ids of the runs that are compared with each other. */
  selected: readonly string[];
  /** The run whose name, notes and figures are open; null where none is. */
  opened: string | null;
  select: (runIds: readonly string[]) => void;
  open: (runId: string | null) => void;
}

/** What the page of all runs is looking at; other pages send their runs there. */
export const useChosenRuns = create<ChosenRuns>()((set) => ({
  selected: [],
  opened: null,
  select: (selected) => set({ selected }),
  open: (opened) => set({ opened }),
}));
