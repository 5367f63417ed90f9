import { useState } from "react";
import type { RunRecord } from "../../../shared/run-record.ts";
import type { Cell } from "../../ui/held-out/confusion.ts";
import { PredictionList } from "../../ui/held-out/PredictionList.tsx";
import type { Side } from "../sides.ts";
import { FlippedList } from "../versus/FlippedList.tsx";
import { asked } from "../versus/use-comparison.ts";

/** A cell of one of the three matrices. */
export interface OpenCell {
  readonly where: "a" | "b" | "difference";
  readonly cell: Cell;
}

interface Props {
  open: OpenCell;
  a: Side;
  b: Side;
  split: "validation" | "test";
  names: readonly string[];
  records: Readonly<Record<string, RunRecord>>;
  onClose: () => void;
}

/** The items of a cell: those that a run of the side puts there, or those that A or B alone does. */
export function CellItems({ open, a, b, split, names, records, onClose }: Props) {
  const { where, cell } = open;
  const what = `${names[cell.truth]} predicted as ${names[cell.predicted]}`;
  const title = where === "difference" ? `${what} by A or B alone` : `${what} by ${where.toUpperCase()}`;
  return (
    <section className="cell-items" aria-label="Items of the chosen cell">
      <header>
        <h3>{title}</h3>
        <button type="button" className="ghost" onClick={onClose}>
          Close
        </button>
      </header>
      {where === "difference" ? (
        <FlippedList question={asked(a, b, split)} cell={cell} nothing="A and B put the same items here." />
      ) : (
        <SideItems key={where} side={where === "a" ? a : b} cell={cell} split={split} records={records} />
      )}
    </section>
  );
}

interface SideItemsProps extends Pick<Props, "split" | "records"> {
  side: Side;
  cell: Cell;
}

/** A side of several runs shows one at a time. */
function SideItems({ side, cell, split, records }: SideItemsProps) {
  const [runId, setRunId] = useState<string | null>(null);
  const run = side.runs.find((candidate) => candidate.runId === runId) ?? side.runs[0];
  const record = run && records[run.runId];
  if (!run || !record) return null;
  const { classCounts: classes, contentSha256 } = record.dataset;
  return (
    <>
      {side.runs.length > 1 && (
        <label className="of-run">
          <small>as said by</small>
          <select value={run.runId} onChange={(event) => setRunId(event.target.value)}>
            {side.runs.map((candidate) => (
              <option key={candidate.runId} value={candidate.runId}>
                {candidate.name} (seed {candidate.experiment.seed})
              </option>
            ))}
          </select>
        </label>
      )}
      <PredictionList
        run={{ runId: run.runId, experiment: run.experiment, dataset: { classes, contentSha256 } }}
        split={split}
        query={{ kind: "cell", ...cell }}
        version={0}
        nothing="No item lies in this cell."
      />
    </>
  );
}
