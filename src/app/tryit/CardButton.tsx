import { loadedSubject, type ModelCardSubject, trainedSubject } from "../../shared/model-card/subject.ts";
import { useModelStore } from "../stores/model-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { modelFileName, modelName } from "../ui/file-name.ts";
import { keepModelCard } from "../ui/model-card-file.ts";
import type { Triable } from "./use-models.ts";

/** Takes a model's card away as a file. A model in training has none yet: its scores are not known. */
export function CardButton({ model }: { model: Triable | null }) {
  const subject = useSubject(model);
  return (
    <button
      type="button"
      disabled={!subject}
      title={
        model && !subject
          ? "Comes when training ends: only then are its scores known"
          : "What the model does, its data, scores and limits, as a Markdown file"
      }
      onClick={() => subject && keepModelCard(subject)}
    >
      Model card
    </button>
  );
}

/** What a model's card is about; null where its scores are not known yet. */
export function useSubject(model: Triable | null): ModelCardSubject | null {
  const record = useRunStore(({ records }) => records[model?.runId ?? ""]);
  const loaded = useModelStore((state) => state.loaded.find(({ runId }) => runId === model?.runId));
  if (!model) return null;
  const file = modelFileName(model.name);
  if (record) return trainedSubject(record, model.name, file);
  return loaded ? loadedSubject(loaded.summary, modelName(model.name), file) : null;
}
