import { useEffect } from "react";
import { isActive } from "../stores/current-run.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { useSweepStore } from "../stores/sweeps/sweep-store.ts";

/** What the keyboard does anywhere on the page. All need a modifier, so that none clashes with typing. */
export const SHORTCUTS = [
  { keys: ["Ctrl", "Enter"], does: "Train, pause, resume" },
  { keys: ["Ctrl", "Shift", "Enter"], does: "Train one step, then pause" },
  { keys: ["Ctrl", "."], does: "Stop the run" },
  { keys: ["Ctrl", "Z"], does: "Undo the last change of a setting" },
  { keys: ["Ctrl", "Shift", "Z"], does: "Redo" },
] as const;

export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
      const act = actionFor(event);
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function actionFor(event: KeyboardEvent): (() => void) | null {
  const { current, step, control } = useRunStore.getState();
  const { undo, redo } = useExperimentStore.getState();
  switch (event.key) {
    case "Enter":
      if (event.shiftKey) return step;
      if (!isActive(current)) return () => void useSweepStore.getState().train();
      return () => control(current.phase === "paused" ? "resume" : "pause");
    case ".":
      return () => control("stop");
    case "z":
    case "Z":
      // In a text field these keys belong to what is being typed.
      if (isTyping(event.target)) return null;
      return event.shiftKey ? redo : undo;
    default:
      return null;
  }
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && target.type !== "range" && target.type !== "checkbox");
