import type { SortingState } from "@tanstack/react-table";
import { create } from "zustand";
import { USUAL_COLUMNS } from "./listing/fields.ts";
import { NO_FILTER, type RunFilter } from "./listing/filter.ts";
import { CONFIGURATION } from "./listing/groups.ts";

const COLUMNS_KEY = "refrain.run-columns";

export interface CompareState {
  filter: RunFilter;
  /** Fields by which runs are grouped in the table; with none, each is a row. */
  groupBy: readonly string[];
  sorting: SortingState;
  columns: readonly string[];
  setFilter: (filter: Partial<RunFilter>) => void;
  setGroupBy: (groupBy: readonly string[]) => void;
  setSorting: (sorting: SortingState) => void;
  setColumns: (columns: readonly string[]) => void;
}

/** How the table of runs is looked at. It outlasts a visit to another page; the columns outlast the tab. */
export const useCompareStore = create<CompareState>()((set) => ({
  filter: NO_FILTER,
  groupBy: [],
  sorting: [],
  columns: storedColumns(),
  setFilter: (filter) => set((state) => ({ filter: { ...state.filter, ...filter } })),
  setGroupBy: (groupBy) => set({ groupBy }),
  setSorting: (sorting) => set({ sorting }),
  setColumns: (columns) => {
    keepColumns(columns);
    set({ columns });
  },
}));

/** The fields by which chosen runs are put together where the table does not group them. */
export const comparedBy = (groupBy: readonly string[]): readonly string[] =>
  groupBy.length > 0 ? groupBy : [CONFIGURATION];

/** Storage may be forbidden (private windows, embedding) or hold something else; the usual columns are shown then. */
function storedColumns(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(COLUMNS_KEY) ?? "null");
    return Array.isArray(stored) && stored.every((id) => typeof id === "string") ? stored : USUAL_COLUMNS;
  } catch {
    return USUAL_COLUMNS;
  }
}

function keepColumns(columns: readonly string[]): void {
  try {
    localStorage.setItem(COLUMNS_KEY, JSON.stringify(columns));
  } catch {
    // Kept for this visit only.
  }
}
