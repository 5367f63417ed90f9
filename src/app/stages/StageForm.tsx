import type { ReactNode } from "react";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { Icon } from "../ui/icons.tsx";

interface Props {
  title: string;
  summary: ReactNode;
  children: ReactNode;
}

/** The frame of a stage's form: its name, what the stage does, a way back, its controls. */
export function StageForm({ title, summary, children }: Props) {
  const canUndo = useExperimentStore((state) => state.past.length > 0);
  const canRedo = useExperimentStore((state) => state.future.length > 0);
  const undo = useExperimentStore((state) => state.undo);
  const redo = useExperimentStore((state) => state.redo);
  return (
    <section className="card form" aria-label={`${title}, settings`}>
      <header>
        <h2>{title}</h2>
        <span className="buttons">
          <button type="button" className="icon-button" aria-label="Undo" disabled={!canUndo} onClick={undo}>
            <Icon name="undo" />
          </button>
          <button type="button" className="icon-button" aria-label="Redo" disabled={!canRedo} onClick={redo}>
            <Icon name="redo" />
          </button>
        </span>
        <p className="say">{summary}</p>
      </header>
      {children}
    </section>
  );
}
