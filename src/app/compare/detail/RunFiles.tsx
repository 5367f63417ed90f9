import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { trainedSubject } from "../../../shared/model-card/subject.ts";
import type { RunRecord } from "../../../shared/run-record.ts";
import { experimentJson } from "../../stores/experiment-file.ts";
import { useRunStore } from "../../stores/run-store.ts";
import { download } from "../../ui/download.ts";
import { fileName, modelFileName } from "../../ui/file-name.ts";
import { keepModelCard } from "../../ui/model-card-file.ts";

/** A run as files to take away. Its record is read when it is asked for. */
export function RunFiles({ run: { runId, name, experiment, figures } }: { run: RunEntry }) {
  const stem = fileName(name);
  // Where it cannot be read, the page says so.
  const withRecord = async (use: (record: RunRecord) => void) => {
    const record = await useRunStore.getState().loadRecord(runId);
    if (record) use(record);
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
          void withRecord((record) =>
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
        onClick={() => void withRecord((record) => keepModelCard(trainedSubject(record, name, modelFileName(name))))}
      >
        Model card
      </button>
    </>
  );
}
