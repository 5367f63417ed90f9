import { useId } from "react";
import { useRunStore } from "../stores/run-store.ts";
import { ModelFiles } from "./ModelFiles.tsx";
import { Trial } from "./Trial.tsx";
import { modelSentence } from "./try-words.ts";
import { type Triable, useModelSummary, useTriables } from "./use-models.ts";

/** A model answers for inputs that no one has labelled, while it trains and afterwards. */
export default function TryIt() {
  const id = useId();
  const models = useTriables();
  const modelRunId = useRunStore((state) => state.modelRunId);
  const model = models.find(({ runId }) => runId === modelRunId) ?? null;
  const { summary, error } = useModelSummary(model?.runId ?? null);
  return (
    <section className={model ? "card try-it" : "card try-it empty"} aria-labelledby={id}>
      <header>
        <h2 id={id}>Try it</h2>
        {models.length > 0 && <ModelChoice models={models} chosen={model} />}
        <p className="say">
          {summary && modelSentence(summary)}
          {!model && "Press Train, or load a model that was saved here: then it answers for inputs of your own."}
        </p>
      </header>
      {error !== null && (
        <p className="hint bad" role="alert">
          {error}
        </p>
      )}
      {summary && <Trial summary={summary} />}
      <ModelFiles model={model} />
    </section>
  );
}

function ModelChoice({ models, chosen }: { models: readonly Triable[]; chosen: Triable | null }) {
  const choose = useRunStore((state) => state.useModel);
  return (
    <select
      className="ghost model-choice"
      aria-label="Model to try"
      value={chosen?.runId ?? ""}
      onChange={(event) => choose(event.target.value)}
    >
      {!chosen && <option value="">choose a model</option>}
      {models.map(({ runId, name, kind }) => (
        <option key={runId} value={runId}>
          {kind === "training" ? `${name}, in training` : name}
        </option>
      ))}
    </select>
  );
}
