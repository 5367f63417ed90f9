import { useId, useMemo, useState } from "react";
import type { ConfusionMatrix as Matrix } from "../../../shared/report.ts";
import type { RunRecord } from "../../../shared/run-record.ts";
import { ConfusionMatrix } from "../../ui/held-out/ConfusionMatrix.tsx";
import type { Cell } from "../../ui/held-out/confusion.ts";
import { Segments } from "../../ui/Segments.tsx";
import type { Side } from "../sides.ts";
import { useRecords } from "../use-records.ts";
import { CellItems, type OpenCell } from "./CellItems.tsx";
import { DifferenceMatrix } from "./DifferenceMatrix.tsx";
import { addedUp, differenceSentence } from "./difference.ts";

interface Props {
  a: Side;
  b: Side;
  split: "validation" | "test";
}

const UNITS = [
  { value: "percent", label: "rows %" },
  { value: "counts", label: "counts" },
] as const;

/** The confusion matrices of A and B side by side, and B minus A; a cell opens its items. */
export function MatricesCard({ a, b, split }: Props) {
  const id = useId();
  const [unit, setUnit] = useState<"percent" | "counts">("percent");
  const [open, setOpen] = useState<OpenCell | null>(null);
  const { records, missing } = useRecords(useMemo(() => [a, b], [a, b]));
  const [ofA, ofB] = [sideMatrix(a, records, split), sideMatrix(b, records, split)];
  const sameClasses = ofA && ofB && ofA.names.join("\n") === ofB.names.join("\n");
  const selected = (where: OpenCell["where"]): Cell | null => (open?.where === where ? open.cell : null);
  const choose = (where: OpenCell["where"]) => (cell: Cell) => setOpen({ where, cell });
  return (
    <section className="card whole matrices" aria-labelledby={id}>
      <header>
        <h2 id={id}>Confusion, A and B</h2>
        <Segments label="Unit" options={UNITS} value={unit} onChange={setUnit} />
        <p className="say">
          {sameClasses ? differenceSentence(ofA.matrix, ofB.matrix, ofA.names) : whyNone(missing, ofA, ofB, split)}
        </p>
      </header>
      {sameClasses && (
        <div className="three">
          <figure>
            <figcaption>
              <b>A</b> {a.name}
            </figcaption>
            <ConfusionMatrix
              {...ofA}
              unit={unit}
              label={`Confusion matrix of A, ${a.name}`}
              selected={selected("a")}
              onOpen={choose("a")}
            />
          </figure>
          <figure>
            <figcaption>
              <b>B</b> {b.name}
            </figcaption>
            <ConfusionMatrix
              {...ofB}
              unit={unit}
              label={`Confusion matrix of B, ${b.name}`}
              selected={selected("b")}
              onOpen={choose("b")}
            />
          </figure>
          <figure>
            <figcaption>
              <b>B − A</b> points of the true class
            </figcaption>
            <DifferenceMatrix
              a={ofA.matrix}
              b={ofB.matrix}
              names={ofA.names}
              selected={selected("difference")}
              onOpen={choose("difference")}
            />
          </figure>
        </div>
      )}
      {sameClasses && open && (
        <CellItems
          open={open}
          a={a}
          b={b}
          split={split}
          names={ofA.names}
          records={records}
          onClose={() => setOpen(null)}
        />
      )}
      {sameClasses && !open && (
        <p className="hint">Choose a cell to see its items; one of B − A, those that changed.</p>
      )}
    </section>
  );
}

interface SideMatrix {
  names: readonly string[];
  matrix: Matrix;
}

/** The matrices of a side's runs added up: on the test items, or on the validation items after the last epoch. */
function sideMatrix(
  { runs }: Side,
  records: Readonly<Record<string, RunRecord>>,
  split: Props["split"],
): SideMatrix | null {
  const known = runs.flatMap(({ runId }) => records[runId] ?? []);
  const matrix = addedUp(
    known.flatMap(({ test, epochs }) => {
      const own = split === "test" ? test?.confusionMatrix : epochs.at(-1)?.validationConfusionMatrix;
      return own ? [own] : [];
    }),
  );
  return matrix && known[0] ? { names: known[0].dataset.classes, matrix } : null;
}

function whyNone(missing: number, a: SideMatrix | null, b: SideMatrix | null, split: Props["split"]): string {
  if (missing > 0) return "Reading the runs’ records…";
  if (a && b) return "A and B know different classes, so their matrices cannot be laid over each other.";
  return `${a ? "B has" : b ? "A has" : "Neither side has"} no ${split} items.`;
}
