import { useEffect, useState } from "react";
import type { ComparedSides, FlippedPrediction } from "../../../shared/compare-calls.ts";
import { asEngineError, engine } from "../../engine-client.ts";
import { plural } from "../../ui/format.ts";
import type { Cell } from "../../ui/held-out/confusion.ts";
import { ItemInput } from "../../ui/ItemInput.tsx";

const FIRST = 3;
const MORE = 20;

interface Props {
  question: ComparedSides;
  /** Only items of this true class that one side alone puts there; null for all. */
  cell: Cell | null;
  /** What to say where there is none. */
  nothing: string;
}

/** The items of which A and B say different things, with what each said. */
export function FlippedList({ question, cell, nothing }: Props) {
  const [limit, setLimit] = useState(FIRST);
  const [answer, setAnswer] = useState<{ items: FlippedPrediction[]; total: number } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const text = JSON.stringify({ ...question, cell });
  useEffect(() => {
    const abort = new AbortController();
    const asked = JSON.parse(text) as ComparedSides & { cell: Cell | null };
    engine
      .call("compare.flipped", { ...asked, offset: 0, limit }, { signal: abort.signal })
      .then((result) => {
        setAnswer(result);
        setError(null);
      })
      .catch((cause: unknown) => {
        const { kind, message } = asEngineError(cause);
        if (kind !== "cancelled") setError(message);
      });
    return () => abort.abort();
  }, [text, limit]);
  if (error !== null) return <p className="hint bad">{error}</p>;
  if (!answer) return <p className="hint">Asking the models…</p>;
  if (answer.total === 0) return <p className="hint">{nothing}</p>;
  return (
    <>
      <ol className="predictions flipped">
        {answer.items.map((flip) => (
          <FlippedRow key={flip.item.id} flip={flip} />
        ))}
      </ol>
      {answer.total > answer.items.length && (
        <button type="button" className="ghost" onClick={() => setLimit(limit + MORE)}>
          Show more of {plural(answer.total, "item")}
        </button>
      )}
    </>
  );
}

function FlippedRow({ flip: { item, truth, from, to, tested, changed } }: { flip: FlippedPrediction }) {
  return (
    <li>
      <ItemInput input={item.input} label={`An item labelled ${truth}`} />
      <div className="prediction-facts">
        <span>
          <small>is</small> {truth}
        </span>
        <Said by="A" says={from} truth={truth} />
        <Said by="B" says={to} truth={truth} />
        {tested > 1 && (
          <small>
            in {changed} of {tested} pairs of seeds
          </small>
        )}
        <small className="origin">{item.origin}</small>
      </div>
    </li>
  );
}

function Said({ by, says, truth }: { by: string; says: string; truth: string }) {
  const right = says === truth;
  return (
    <span className={right ? "" : "bad"}>
      <small>{by}</small> {says} <span aria-hidden="true">{right ? "✓" : "✗"}</span>
      <span className="sr-only">{right ? "right" : "wrong"}</span>
    </span>
  );
}
