import { useEffect, useState } from "react";
import type { Experiment } from "../../../shared/experiment.ts";
import type { Arguments, ItemPrediction, PredictionQuery } from "../../../shared/protocol.ts";
import { EditsNote } from "../../edits/EditsNote.tsx";
import { ItemEdits } from "../../edits/ItemEdits.tsx";
import { asEngineError, engine } from "../../engine-client.ts";
import { useDataStore } from "../../stores/data-store.ts";
import { formatPercent, plural } from "../format.ts";
import { ItemInput } from "../ItemInput.tsx";

const PAGE = 5;

/** A run by which items are predicted. */
export interface PredictingRun {
  runId: string;
  experiment: Experiment;
  dataset: { classes: readonly { name: string }[]; contentSha256: string };
}

interface Props {
  run: PredictingRun;
  split: "validation" | "test";
  query: PredictionQuery;
  /** Validation items by what was said of them after this epoch; left out, by the weights as they are. */
  epoch?: number | undefined;
  /** Changes when the weights have, so that the list is asked for anew. */
  version: number;
  /** What to say where nothing answers the query. */
  nothing: string;
}

type Asked = Omit<Arguments<"model.predictions">, "limit">;

interface Answer {
  predictions: ItemPrediction[];
  total: number;
}

/** Held-out items with what the model says of them, in one clean pass. */
export function PredictionList({ run, split, query, epoch, version, nothing }: Props) {
  const { runId } = run;
  // Items of other data than those that are open have other numbers.
  const editable = useDataStore(({ dataset }) => dataset?.contentSha256 === run.dataset.contentSha256);
  const [limit, setLimit] = useState(PAGE);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [error, setError] = useState<string | null>(null);
  const asked = JSON.stringify({ runId, split, query, epoch });
  // What was said after an epoch stays said.
  const anew = epoch === undefined ? version : 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when the same question has a new answer
  useEffect(() => {
    const abort = new AbortController();
    engine
      .call("model.predictions", { ...(JSON.parse(asked) as Asked), limit }, { signal: abort.signal })
      .then((result) => {
        setAnswer(result);
        setError(null);
      })
      .catch((cause: unknown) => {
        const failure = asEngineError(cause);
        if (failure.kind !== "cancelled") setError(failure.message);
      });
    return () => abort.abort();
  }, [asked, limit, anew]);

  if (error !== null) return <p className="hint bad">{error}</p>;
  if (!answer) return <p className="hint">Asking the model…</p>;
  if (answer.total === 0) return <p className="hint">{nothing}</p>;
  return (
    <>
      <ol className="predictions">
        {answer.predictions.map((prediction) => (
          <PredictionRow
            key={prediction.item.id}
            prediction={prediction}
            classes={editable ? run.dataset.classes.map(({ name }) => name) : null}
          />
        ))}
      </ol>
      {editable && <EditsNote run={run.experiment} />}
      {answer.total > answer.predictions.length && (
        <button type="button" className="ghost" onClick={() => setLimit(limit + 4 * PAGE)}>
          Show more of {plural(answer.total, "item")}
        </button>
      )}
    </>
  );
}

interface RowProps {
  prediction: ItemPrediction;
  /** The classes an item can be given; null where it cannot be edited. */
  classes: readonly string[] | null;
}

function PredictionRow({ prediction: { item, predicted, confidence }, classes }: RowProps) {
  const right = item.label === predicted;
  return (
    <li>
      <ItemInput input={item.input} label={`An item labelled ${item.label}`} />
      <div className="prediction-facts">
        <span>
          <small>is</small> {item.label}
        </span>
        <span className={right ? "" : "bad"}>
          <small>predicted</small> {predicted} {formatPercent(confidence)}
        </span>
        <small className="origin">{item.origin}</small>
        {classes && <ItemEdits item={item} classes={classes} name={item.origin} />}
      </div>
    </li>
  );
}
