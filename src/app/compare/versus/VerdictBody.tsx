import type { ComparedSides } from "../../../shared/compare-calls.ts";
import type { Comparison, Verdict } from "../../../shared/statistics/comparison/comparison.ts";
import { plural } from "../../ui/format.ts";
import { DifferenceTable } from "./DifferenceTable.tsx";
import { FlippedList } from "./FlippedList.tsx";
import { McNemarTable } from "./McNemarTable.tsx";
import { useComparison } from "./use-comparison.ts";

const WORDS: Record<Verdict["kind"], string> = {
  "a-better": "A is better",
  "b-better": "B is better",
  "not-distinguishable": "Not distinguishable",
  "not-comparable": "Cannot be compared",
};

/** The verdict in words, then what it rests on, then the items that make the difference. */
export function VerdictBody({ question }: { question: ComparedSides }) {
  const answer = useComparison(question);
  const isOld = answer.state === "answered" && answer.question !== JSON.stringify(question);
  return (
    <div className="verdict-body" aria-busy={answer.state === "asking" || isOld}>
      {answer.state === "asking" && <p className="hint">Comparing item by item…</p>}
      {answer.state === "failed" && <p className="hint bad">{answer.message}</p>}
      {answer.state === "answered" && <Answered comparison={answer.comparison} question={question} />}
    </div>
  );
}

function Answered({ comparison, question }: { comparison: Comparison; question: ComparedSides }) {
  const { verdict, mcnemar } = comparison;
  return (
    <>
      <p className="verdict" role="status">
        <strong className={verdict.kind}>{WORDS[verdict.kind]}</strong>
        <span>{verdict.sentence}</span>
      </p>
      {verdict.kind !== "not-comparable" && (
        <div className="evidence">
          <div>
            <DifferenceTable comparison={comparison} />
            {mcnemar && <McNemarTable mcnemar={mcnemar} />}
          </div>
          <section aria-label="Flipped items">
            <h3>Flipped items</h3>
            <p className="hint">{flippedSentence(comparison)}</p>
            <FlippedList question={question} cell={null} nothing="A and B say the same of every item." />
          </section>
        </div>
      )}
    </>
  );
}

/** How many items the sides disagree on, and for whose good. */
function flippedSentence({ flipped, items, pairs }: Comparison): string {
  const [gained, lost] = [
    flipped.filter((flip) => flip.gained > flip.lost),
    flipped.filter((flip) => flip.lost > flip.gained),
  ];
  const where = pairs > 1 ? ` in at least one of ${pairs} pairs of seeds` : "";
  const rest = flipped.length - gained.length - lost.length;
  const neither = rest > 0 ? `, ${rest} help neither` : "";
  return `A and B say different things of ${flipped.length} of ${plural(items, "item")}${where}: ${gained.length} speak for B, ${lost.length} for A${neither}.`;
}
