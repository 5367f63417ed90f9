import { useId, useState } from "react";
import type { Finding, FindingKind, Severity } from "../../../shared/examination.ts";
import { plural } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";
import { useDoctorStore } from "./doctor-store.ts";
import { FoundItems } from "./FoundItems.tsx";

const TITLES: Record<FindingKind, string> = {
  unreadable: "Cannot be read",
  blank: "Empty items",
  "copies-across-splits": "Copies across splits",
  "conflicting-labels": "Contradicting labels",
  "copies-in-training": "Copies in training",
  "small-classes": "Small classes",
  imbalance: "Uneven classes",
  "cut-off": "Texts cut off",
};

const WORDS: Record<Severity, string> = { error: "Error", warning: "Warning", note: "Remark" };

/** One thing that was found: what, how bad, which items, and what can be done about it. */
export function FindingRow({ finding, place }: { finding: Finding; place: number }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const made = useDoctorStore((state) => state.made[place]);
  const { apply, takeBack } = useDoctorStore.getState();
  return (
    <li className={`finding ${made ? "repaired" : finding.severity}`} aria-labelledby={id}>
      <Icon name={made ? "done" : finding.severity} />
      <div>
        <h3 id={id}>
          {TITLES[finding.kind]} <span className="sr-only">({made ? "repaired" : WORDS[finding.severity]})</span>
        </h3>
        <p>{finding.sentence}</p>
        {made ? (
          <p className="repair">
            <span className="hint">Repaired. {made.repair.sentence}</span>
            <button type="button" className="ghost" onClick={() => takeBack(place)}>
              <Icon name="undo" /> Undo
            </button>
          </p>
        ) : (
          finding.repairs.map((repair) => (
            <p key={repair.label} className="repair">
              <button type="button" onClick={() => apply(place, repair)}>
                {repair.label}
              </button>
              <span className="hint">{repair.sentence}</span>
            </p>
          ))
        )}
        {finding.total > 0 && (
          <button type="button" className="ghost" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Hide" : "Show"} {plural(finding.total, "item")}
          </button>
        )}
        {open && <FoundItems finding={finding} />}
      </div>
    </li>
  );
}
