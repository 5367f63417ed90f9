import { useState } from "react";
import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { trainedSubject } from "../../../shared/model-card/subject.ts";
import type { RunRecord } from "../../../shared/run-record.ts";
import { experimentJson } from "../../stores/experiment-file.ts";
import { download } from "../../ui/download.ts";
import { fileName, modelFileName } from "../../ui/file-name.ts";
import { keepModelCard } from "../../ui/model-card-file.ts";
import { readRecord } from "../run-actions.ts";

/** A run as files to take away. Its record is read when it is asked for. */
export function RunFiles({ run: { runId, name, experiment, figures } }: { run: RunEntry }) {
  const [error, setError] = useState<string | null>(null);
  const stem = fileName(name);
  const withRecord = (use: (record: RunRecord) => void) => {
    readRecord(runId).then(
      (record) => record && use(record),
      (cause: unknown) => setError(cause instanceof Error ? cause.message : String(cause)),
    );
  };
  return (
    <>
      <button
        type="button"
        onClick={() => download(`${stem}-experiment.json`, experimentJson(experiment), "application/json")}
      >
        Experiment file
      </button>
      <button
        type="button"
        disabled={figures === null}
        onClick={() =>
          withRecord((record) =>
            download(`${stem}-run.json`, `${JSON.stringify(record, null, 2)}\n`, "application/json"),
          )
        }
      >
        run.json
      </button>
      <button
        type="button"
        disabled={figures === null}
        title="What the model does, its data, scores and limits, as a Markdown file"
        onClick={() => withRecord((record) => keepModelCard(trainedSubject(record, name, modelFileName(name))))}
      >
        Model card
      </button>
      {error && (
        <p className="hint bad" role="alert">
          {error}
        </p>
      )}
    </>
  );
}
