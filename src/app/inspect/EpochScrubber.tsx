import { useId } from "react";
import type { EpochRecord } from "../../shared/run-record.ts";

interface Props {
  epochs: readonly EpochRecord[];
  /** Place in `epochs` that is shown; null follows the latest. */
  at: number | null;
  /** More epochs will come. */
  isGoing: boolean;
  onMove: (at: number | null) => void;
}

/** Moves through the epochs of a run; let go at its end, it follows the latest. */
export function EpochScrubber({ epochs, at, isGoing, onMove }: Props) {
  const id = useId();
  const last = epochs.length - 1;
  const place = Math.min(at ?? last, last);
  const epoch = epochs[place]?.epoch ?? 0;
  const of = epochs[last]?.epoch ?? 0;
  const filled = last === 0 ? 100 : (100 * place) / last;
  return (
    <div className="scrubber">
      <label htmlFor={id}>Epoch</label>
      <input
        id={id}
        type="range"
        className="slider"
        min={0}
        max={last}
        value={place}
        disabled={last < 1}
        aria-valuetext={`epoch ${epoch} of ${of}`}
        style={{ "--filled": `${filled.toFixed(1)}%` }}
        onChange={(event) => {
          const next = Number(event.target.value);
          onMove(next >= last ? null : next);
        }}
      />
      <output htmlFor={id}>
        {epoch} of {of}
      </output>
      <button type="button" className="ghost" aria-pressed={at === null} onClick={() => onMove(null)}>
        {isGoing ? "Follow" : "Last"}
      </button>
    </div>
  );
}
