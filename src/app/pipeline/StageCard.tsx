import type { ReactNode } from "react";
import { useControlState, useOpenStage } from "../stores/sharing/lesson-store.ts";
import { type Stage, useUiStore } from "../stores/ui-store.ts";
import { LockMark } from "../ui/Lock.tsx";

interface Props {
  stage: Stage;
  title: string;
  sub: ReactNode;
  /** Small buttons in the corner, beside the stage's own. */
  actions?: ReactNode;
  children: ReactNode;
}

/** One stage of the strip. The whole card opens its form; what it shows is read after its name. */
export function StageCard({ stage, title, sub, actions, children }: Props) {
  const chosen = useOpenStage() === stage;
  const state = useControlState(`stage:${stage}`);
  const setStage = useUiStore((state) => state.setStage);
  if (state === "hidden") return null;
  return (
    <li className={`stage ${stage}${chosen ? " on" : ""}`}>
      <div className="stage-head">
        <button
          type="button"
          className="stage-open"
          aria-current={chosen ? "step" : undefined}
          onClick={() => setStage(stage)}
        >
          <b>
            {title}
            {state === "locked" && <LockMark />}
          </b>
          <small>{sub}</small>
        </button>
        {actions}
      </div>
      <div className="stage-body">{children}</div>
    </li>
  );
}
