import { create } from "zustand";

/** The stages of the pipeline, in the order in which data flows. */
export const STAGES = ["data", "repeat", "backbone", "head", "aggregate", "loss"] as const;
export type Stage = (typeof STAGES)[number];

/** The pages of the studio: one experiment at work, all runs beside each other, and sweeps over many. */
export const VIEWS = ["studio", "runs", "sweeps"] as const;
export type View = (typeof VIEWS)[number];

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const THEME_KEY = "refrain.theme";

/** A field of a file that cannot be used: where it is, what stands there, what would be right. */
export interface Fault {
  path: string;
  given: string | null;
  right: string;
}

/** Why a file or a link cannot be used, field by field. */
export interface Faults {
  title: string;
  faults: readonly Fault[];
}

export interface UiState {
  view: View;
  /** The stage whose form is open. */
  stage: Stage;
  theme: Theme;
  /** Something the page has to say that belongs to no card, and what can be done about it; null when there is nothing. */
  notice: {
    tone: "info" | "warn" | "bad";
    text: string;
    action?: { readonly label: string; readonly act: () => void };
  } | null;
  /** What is wrong with the last file or link that was not taken; null when there is nothing. */
  faults: Faults | null;
  /** The view of what K and f do that is open. */
  method: string;
  /** Whether confusion matrices give shares of their rows or counts. */
  unit: "percent" | "counts";
  setView: (view: View) => void;
  setStage: (stage: Stage) => void;
  setTheme: (theme: Theme) => void;
  setNotice: (notice: UiState["notice"]) => void;
  setFaults: (faults: Faults | null) => void;
  setMethod: (method: string) => void;
  setUnit: (unit: UiState["unit"]) => void;
}

export const useUiStore = create<UiState>()((set) => ({
  view: "studio",
  stage: "repeat",
  theme: storedTheme(),
  notice: null,
  faults: null,
  method: "sample",
  unit: "percent",
  setView: (view) => set({ view }),
  setStage: (stage) => set({ stage }),
  setTheme: (theme) => {
    keepTheme(theme);
    set({ theme });
  },
  setNotice: (notice) => set({ notice }),
  setFaults: (faults) => set({ faults }),
  setMethod: (method) => set({ method }),
  setUnit: (unit) => set({ unit }),
}));

/** Storage may be forbidden (private windows, embedding); the theme then lasts for this visit. */
function storedTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(THEME_KEY)) ?? "system";
  } catch {
    return "system";
  }
}

function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Kept for this visit only.
  }
}
