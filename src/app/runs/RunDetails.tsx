import { useId, useState } from "react";
import type { Experiment } from "../../shared/experiment.ts";
import { trainedSubject } from "../../shared/model-card/subject.ts";
import type { RunRecord } from "../../shared/run-record.ts";
import { experimentJson } from "../stores/experiment-file.ts";
import { openExperiment } from "../stores/open-experiment.ts";
import { useRunStore } from "../stores/run-store.ts";
import { download } from "../ui/download.ts";
import { fileName, modelFileName } from "../ui/file-name.ts";
import { keepModelCard } from "../ui/model-card-file.ts";
import { Configuration } from "./Configuration.tsx";

/** A run that has ended or, with a null record, goes on. */
export interface ShownRun {
  runId: string;
  name: string;
  experiment: Experiment;
  record: RunRecord | null;
  hasWeights: boolean;
}

/** One run: its name, what can be done with it, and its whole configuration. */
export function RunDetails({ run, onRemove }: { run: ShownRun; onRemove: () => void }) {
  const { runId, name, experiment, record, hasWeights } = run;
  const isModel = useRunStore((state) => state.modelRunId === runId);
  const { useModel: tryModel } = useRunStore.getState();
  const stem = fileName(name);
  const keepExperiment = () => download(`${stem}-experiment.json`, experimentJson(experiment), "application/json");
  return (
    <section className="run-details" aria-label={name}>
      <div className="run-name">
        <NameField key={`name ${runId}`} runId={runId} name={name} />
        <RemoveButton key={`remove ${runId}`} disabled={record === null} onRemove={onRemove} />
      </div>
      <div className="buttons">
        <button type="button" onClick={() => openExperiment(experiment, name)}>
          Open as experiment
        </button>
        <button
          type="button"
          disabled={!hasWeights}
          aria-pressed={isModel}
          title={
            hasWeights ? "Its weights answer in Try it and in the pipeline" : "Its weights are gone; its record stays"
          }
          onClick={() => tryModel(runId)}
        >
          {isModel ? "Model in use" : "Use its model"}
        </button>
        <button type="button" onClick={keepExperiment}>
          Experiment file
        </button>
        <button
          type="button"
          disabled={record === null}
          onClick={() => download(`${stem}-run.json`, `${JSON.stringify(record, null, 2)}\n`, "application/json")}
        >
          run.json
        </button>
        <button
          type="button"
          disabled={record === null}
          title="What the model does, its data, scores and limits, as a Markdown file"
          onClick={() => record && keepModelCard(trainedSubject(record, name, modelFileName(name)))}
        >
          Model card
        </button>
      </div>
      <Configuration name={name} experiment={experiment} />
    </section>
  );
}

function NameField({ runId, name }: { runId: string; name: string }) {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const rename = useRunStore((state) => state.annotate);
  const change = (value: string) => {
    setDraft(value);
    if (value.trim() !== "") rename(runId, { name: value.trim() });
  };
  return (
    <>
      <label htmlFor={id}>Name</label>
      <input
        id={id}
        autoComplete="off"
        maxLength={60}
        value={draft ?? name}
        onChange={(event) => change(event.target.value)}
        onBlur={() => setDraft(null)}
      />
    </>
  );
}

/** Weights cannot be brought back, so it asks once. */
function RemoveButton({ disabled, onRemove }: { disabled: boolean; onRemove: () => void }) {
  const [asked, setAsked] = useState(false);
  return (
    <button
      type="button"
      className={asked ? "remove bad" : "remove"}
      disabled={disabled}
      onBlur={() => setAsked(false)}
      onKeyDown={(event) => event.key === "Escape" && setAsked(false)}
      onClick={() => (asked ? onRemove() : setAsked(true))}
    >
      {asked ? "Remove for good" : "Remove"}
    </button>
  );
}
