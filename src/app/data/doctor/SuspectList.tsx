import { useState } from "react";
import type { Suspect } from "../../../shared/examination.ts";
import { excludeItem, relabelItem, restoreItem } from "../../edits/edit-actions.ts";
import { useExperimentStore } from "../../stores/experiment-store.ts";
import { formatCount, formatPercent } from "../../ui/format.ts";
import { ItemInput } from "../../ui/ItemInput.tsx";
import { useDoctorStore } from "./doctor-store.ts";

const PAGE = 8;

/** Doubted labels, the most doubtful first, each to be relabelled, excluded or kept. */
export function SuspectList({ suspects, total }: { suspects: readonly Suspect[]; total: number }) {
  const [limit, setLimit] = useState(PAGE);
  const kept = useDoctorStore((state) => state.kept);
  const left = suspects.filter(({ item }) => !kept.includes(item.id));
  if (left.length === 0) return <p className="hint">Every doubted label was kept.</p>;
  return (
    <>
      <ol className="found-items">
        {left.slice(0, limit).map((suspect) => (
          <SuspectRow key={suspect.item.id} suspect={suspect} />
        ))}
      </ol>
      {left.length > limit && (
        <button type="button" className="ghost" onClick={() => setLimit(limit + 2 * PAGE)}>
          Show more of {formatCount(total - kept.length)}
        </button>
      )}
    </>
  );
}

function SuspectRow({ suspect }: { suspect: Suspect }) {
  const { item, given, suggested, givenProbability, suggestedProbability } = suspect;
  const edit = useExperimentStore((state) => state.file.data.edits?.[item.id]);
  const keep = useDoctorStore((state) => state.keep);
  const name = item.origin;
  return (
    <li>
      <ItemInput input={item.input} label={`An item labelled ${given}`} size={40} />
      <div className="prediction-facts">
        <span>
          <small>labelled</small> {given} <small>{formatPercent(givenProbability)}</small>
        </span>
        <span>
          <small>rather</small> {suggested} <small>{formatPercent(suggestedProbability)}</small>
        </span>
        <small className="origin">
          {item.split}, {name}
          {item.seenAs !== undefined && `; flipped on purpose from ${item.label}`}
        </small>
      </div>
      <div className="suspect-choices">
        {edit ? (
          <>
            <small>{"exclude" in edit ? "excluded" : `now ${edit.label}`}</small>
            <button type="button" className="ghost" aria-label={`Restore ${name}`} onClick={() => restoreItem(item)}>
              Restore
            </button>
          </>
        ) : (
          <>
            <button
              type="button"
              aria-label={`Relabel ${name} as ${suggested}`}
              disabled={item.seenAs !== undefined && suggested === item.label}
              onClick={() => relabelItem(item, suggested)}
            >
              Relabel
            </button>
            <button type="button" aria-label={`Exclude ${name}`} onClick={() => excludeItem(item)}>
              Exclude
            </button>
            <button type="button" className="ghost" aria-label={`Keep ${name}`} onClick={() => keep(item.id)}>
              Keep
            </button>
          </>
        )}
      </div>
    </li>
  );
}
