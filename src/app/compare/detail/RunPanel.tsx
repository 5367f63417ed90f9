import { useId } from "react";
import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { Icon } from "../../ui/icons.tsx";
import { RunStatus } from "../../ui/RunStatus.tsx";
import { isRemovable } from "../run-states.ts";
import { RunFacts } from "./RunFacts.tsx";
import { RunFiles } from "./RunFiles.tsx";
import { parseTags } from "./tags.ts";
import { useDraft } from "./use-draft.ts";

/** What can be written on a run. */
type Annotation = Partial<Pick<RunEntry, "name" | "notes" | "tags">>;

interface Props {
  run: RunEntry;
  isModel: boolean;
  onAnnotate: (annotation: Annotation) => void;
  onResume: () => void;
  onRemove: () => void;
  onShow: () => void;
  onOpenExperiment: () => void;
  onUseModel: () => void;
  onClose: () => void;
}

/** One run: what was written on it, what it came to, and what can be done with it. */
export function RunPanel({
  run,
  isModel,
  onAnnotate,
  onResume,
  onRemove,
  onShow,
  onOpenExperiment,
  onUseModel,
  onClose,
}: Props) {
  const id = useId();
  return (
    <section className="card run-panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{run.name}</h2>
        <RunStatus status={run.status} reason={run.reason} />
        <span className="spring" />
        <button type="button" className="icon-button" aria-label={`Close ${run.name}`} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {run.reason && <p className={run.status === "failed" ? "hint bad" : "hint"}>{run.reason}</p>}
      <Writing key={run.runId} run={run} onAnnotate={onAnnotate} />
      <RunFacts run={run} />
      <div className="buttons">
        {run.status === "interrupted" && run.checkpoint && (
          <button type="button" className="primary" onClick={onResume}>
            Resume
          </button>
        )}
        <button
          type="button"
          disabled={run.figures === null}
          title="Its curves, confusion matrix and report in the Studio"
          onClick={onShow}
        >
          Show in the Studio
        </button>
        <button type="button" title="Puts its settings into the editor" onClick={onOpenExperiment}>
          Open as experiment
        </button>
        <button
          type="button"
          disabled={!run.hasWeights}
          aria-pressed={isModel}
          title={
            run.hasWeights
              ? "Its weights answer in Try it and in the pipeline"
              : "Its weights are gone; its record stays"
          }
          onClick={onUseModel}
        >
          {isModel ? "Model in use" : "Use its model"}
        </button>
        <RunFiles run={run} />
        <button type="button" disabled={!isRemovable(run)} onClick={onRemove}>
          Delete
        </button>
      </div>
    </section>
  );
}

const NAME_LENGTH = 60;

function Writing({ run, onAnnotate }: Pick<Props, "run" | "onAnnotate">) {
  const id = useId();
  const name = useDraft(run.name, (text) => {
    if (text.trim() !== "") onAnnotate({ name: text.trim() });
  });
  const tags = useDraft(run.tags.join(", "), (text) => onAnnotate({ tags: parseTags(text) }));
  const notes = useDraft(run.notes, (text) => onAnnotate({ notes: text }));
  return (
    <div className="writing">
      <label htmlFor={`${id}-name`}>Name</label>
      <input
        id={`${id}-name`}
        autoComplete="off"
        maxLength={NAME_LENGTH}
        value={name.text}
        onChange={(event) => name.type(event.target.value)}
        onBlur={name.leave}
      />
      <label htmlFor={`${id}-tags`}>Tags</label>
      <input
        id={`${id}-tags`}
        autoComplete="off"
        placeholder="with commas between"
        value={tags.text}
        onChange={(event) => tags.type(event.target.value)}
        onBlur={tags.leave}
      />
      <label htmlFor={`${id}-notes`}>Notes</label>
      <textarea
        id={`${id}-notes`}
        rows={3}
        placeholder="What was it for, and what did it show?"
        value={notes.text}
        onChange={(event) => notes.type(event.target.value)}
        onBlur={notes.leave}
      />
    </div>
  );
}
