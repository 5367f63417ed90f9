import { isActive } from "../stores/current-run.ts";
import { resumable } from "../stores/run-entries.ts";
import { useRunStore } from "../stores/run-store.ts";
import { resumeRunOrSweep } from "../stores/sweeps/resume-run.ts";
import { resumeSentence } from "./run-words.ts";

/** Offers to go on with the run that was cut off last, as long as nothing else has been trained since. */
export function ResumeOffer() {
  const run = useRunStore((state) => resumable(state.runs));
  const busy = useRunStore(({ current }) => isActive(current));
  if (!run || busy) return null;
  return (
    <p className="resume-offer">
      <span>{resumeSentence(run)}</span>
      <button type="button" onClick={() => void resumeRunOrSweep(run)}>
        Resume {run.name}
      </button>
    </p>
  );
}
