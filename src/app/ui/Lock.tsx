import type { ReactNode } from "react";
import { useControlState } from "../stores/sharing/lesson-store.ts";
import { Icon } from "./icons.tsx";

export const LOCKED = "Locked by this lesson.";

/** Beside the name of a control that a lesson locks; the reason stands in its hint. */
export const LockMark = () => (
  <span className="lock-mark">
    <Icon name="lock" />
  </span>
);

/** What stands under a control: that it is locked, where it is, before what it always says. */
export const lockedHint = (isLocked: boolean, hint: ReactNode): ReactNode =>
  isLocked ? (
    <>
      {LOCKED} {hint}
    </>
  ) : (
    hint
  );

interface GroupProps {
  /** The paths of the experiment that these controls change, or names of a lesson such as `run:train`. */
  names: readonly string[];
  /** False where the reason is plain from what stands around. */
  says?: boolean;
  children: ReactNode;
}

/** Controls that a lesson can lock or hide together; locked, none of them answers to mouse or keyboard. */
export function LockGroup({ names, says = true, children }: GroupProps) {
  const state = useControlState(...names);
  if (state === "hidden") return null;
  if (state === "free") return children;
  return (
    <fieldset className="lock-group" disabled>
      <legend className={says ? "lock-legend" : "sr-only"}>
        <LockMark /> {LOCKED}
      </legend>
      {children}
    </fieldset>
  );
}
