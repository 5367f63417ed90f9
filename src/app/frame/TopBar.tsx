import type { ReactNode } from "react";
import { useRunStore } from "../stores/run-store.ts";
import { useControlState, useOpenView } from "../stores/sharing/lesson-store.ts";
import { THEMES, type Theme, useUiStore, VIEWS, type View } from "../stores/ui-store.ts";
import { LOCKED, LockMark } from "../ui/Lock.tsx";
import { BackendChip } from "./BackendChip.tsx";
import { ExperimentFileButton } from "./ExperimentFileButton.tsx";
import { KeyboardHelp } from "./KeyboardHelp.tsx";

const THEME_LABELS: Record<Theme, string> = { system: "System theme", light: "Light theme", dark: "Dark theme" };

export function TopBar({ share }: { share: ReactNode }) {
  const theme = useUiStore((state) => state.theme);
  const setTheme = useUiStore((state) => state.setTheme);
  return (
    <header className="top">
      <svg className="logo" viewBox="0 0 22 22" aria-hidden="true">
        <rect x="3" y="2" width="4" height="18" />
        <rect x="9" y="2" width="1.4" height="18" />
        <circle cx="14.6" cy="8" r="1.9" />
        <circle cx="14.6" cy="14" r="1.9" />
      </svg>
      <h1>Refrain</h1>
      <Views />
      <span className="spring" />
      <BackendChip />
      <span className="chip private">nothing leaves this tab</span>
      {share}
      <ExperimentFileButton />
      <KeyboardHelp />
      <select
        className="ghost theme"
        aria-label="Theme"
        value={theme}
        onChange={(event) => setTheme(event.target.value as Theme)}
      >
        {THEMES.map((value) => (
          <option key={value} value={value}>
            {THEME_LABELS[value]}
          </option>
        ))}
      </select>
    </header>
  );
}

const VIEW_LABELS: Record<View, string> = { studio: "Studio", runs: "Runs", sweeps: "Sweeps" };

function Views() {
  const view = useOpenView();
  return (
    <nav className="views" aria-label="Pages">
      {VIEWS.map((name) => (
        <ViewButton key={name} name={name} isOpen={name === view} />
      ))}
    </nav>
  );
}

function ViewButton({ name, isOpen }: { name: View; isOpen: boolean }) {
  const setView = useUiStore((state) => state.setView);
  const runs = useRunStore((state) => state.runs.length);
  const state = useControlState(`page:${name}`);
  if (state === "hidden") return null;
  return (
    <button
      type="button"
      aria-current={isOpen ? "page" : undefined}
      disabled={state === "locked"}
      title={state === "locked" ? LOCKED : undefined}
      onClick={() => setView(name)}
    >
      {VIEW_LABELS[name]}
      {name === "runs" && runs > 0 && <small> {runs}</small>}
      {state === "locked" && <LockMark />}
    </button>
  );
}
