import { useEffect, useId, useRef, useState } from "react";
import { BOUNDS, type Experiment } from "../../../shared/experiment.ts";
import { FOLDER_REVISION, type ModelName, type PretrainedSummary, sameModel } from "../../../shared/pretrained.ts";
import { keptModel, usePretrainedStore } from "../../stores/pretrained-store.ts";
import { formatBytes } from "../../ui/format.ts";
import { LockGroup } from "../../ui/Lock.tsx";
import { NumberField } from "../../ui/NumberField.tsx";
import { Address } from "./Address.tsx";
import { KeptModels } from "./KeptModels.tsx";
import { OwnFiles } from "./OwnFiles.tsx";
import { factsOf, nameRefusal, nameWords, TASK_WORDS } from "./pretrained-words.ts";
import { ExpectedSpeed, Speed } from "./Speed.tsx";

type Choice = Extract<Experiment["backbone"], { id: "transformer" }>;

interface Props {
  choice: Choice;
  readsText: boolean;
  onChange: (choice: Choice) => void;
}

/** Which pretrained model is the backbone, whether it is on this machine, and how to get it there. */
export function PretrainedForm({ choice, readsText, onChange }: Props) {
  const kept = usePretrainedStore((state) => state.kept);
  const looked = usePretrainedStore((state) => state.looked);
  const { refresh } = usePretrainedStore.getState();
  useEffect(() => void refresh(), [refresh]);
  const name: ModelName = { source: choice.source, revision: choice.revision };
  const here = keptModel(kept, name);
  const known = here ?? looked.find((model) => sameModel(model, name)) ?? null;
  const use = (chosen: ModelName) => onChange({ ...choice, source: chosen.source, revision: chosen.revision });
  return (
    <div className="pretrained">
      <LockGroup names={["backbone"]}>
        <NameFields key={nameWords(name)} name={name} onChange={use} />
      </LockGroup>
      {known && <Facts model={known} />}
      <Availability name={name} known={known} isHere={here !== null} isSure={kept !== null} />
      {known && !here && <ExpectedSpeed model={known} />}
      {here && <Speed model={here} />}
      {readsText && (
        <NumberField
          label="Longest text, tokens"
          path="backbone.maxTokens"
          hint="What lies behind is not read."
          value={choice.maxTokens}
          {...BOUNDS.maxTokens}
          integer
          onChange={(maxTokens) => onChange({ ...choice, maxTokens })}
        />
      )}
      <OwnFiles onAdded={use} />
      <LockGroup names={["backbone"]} says={false}>
        <KeptModels kept={kept} current={name} onUse={use} />
      </LockGroup>
      <Address />
    </div>
  );
}

/** Repository and revision; taken over when the field is left or Enter is pressed. */
function NameFields({ name, onChange }: { name: ModelName; onChange: (name: ModelName) => void }) {
  const id = useId();
  const isFolder = name.revision === FOLDER_REVISION;
  const [source, setSource] = useState(name.source);
  const [revision, setRevision] = useState(isFolder ? "main" : name.revision);
  const refusal = source === name.source && isFolder ? null : nameRefusal(source.trim());
  const take = () => {
    const next = { source: source.trim(), revision: revision.trim() || "main" };
    if (refusal === null && !(isFolder && next.source === name.source) && !sameModel(next, name)) onChange(next);
  };
  const onKeyDown = (event: { key: string }) => event.key === "Enter" && take();
  return (
    <>
      <div className="field">
        <label htmlFor={id}>Model</label>
        <input
          id={id}
          value={source}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={refusal !== null}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setSource(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={take}
        />
        <p id={`${id}-hint`} className={refusal ? "hint bad" : "hint"}>
          {refusal ?? (isFolder ? "Your own files." : "A repository on the Hugging Face Hub, as owner/name.")}
        </p>
      </div>
      {!isFolder && (
        <div className="field">
          <label htmlFor={`${id}-revision`}>Revision</label>
          <input
            id={`${id}-revision`}
            value={revision}
            spellCheck={false}
            autoComplete="off"
            aria-describedby={`${id}-revision-hint`}
            onChange={(event) => setRevision(event.target.value)}
            onKeyDown={onKeyDown}
            onBlur={take}
          />
          <p id={`${id}-revision-hint`} className="hint">
            A branch, a tag or a commit.
          </p>
        </div>
      )}
    </>
  );
}

function Facts({ model }: { model: PretrainedSummary }) {
  return (
    <dl className="pretrained-facts" aria-label={`About ${nameWords(model)}`}>
      {factsOf(model).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface AvailabilityProps {
  name: ModelName;
  known: PretrainedSummary | null;
  isHere: boolean;
  /** False until the engine has said what is here. */
  isSure: boolean;
}

/** Whether the model is here, and the next step towards it. */
function Availability({ name, known, isHere, isSure }: AvailabilityProps) {
  const busy = usePretrainedStore((state) => state.busy);
  const error = usePretrainedStore((state) => state.error);
  const { look, fetch, cancel, dismissError } = usePretrainedStore.getState();
  const main = useRef<HTMLButtonElement>(null);
  const status = isHere
    ? "On this machine."
    : name.revision === FOLDER_REVISION
      ? "Not on this machine: open its files."
      : known
        ? "Not on this machine yet."
        : "Not on this machine. Nothing is fetched until you ask.";
  return (
    <div className="pretrained-state">
      <p role="status" className="hint">
        {isSure ? status : "Looking at what is on this machine…"}
      </p>
      {!isHere && isSure && name.revision !== FOLDER_REVISION && (
        <div className="buttons">
          <button
            type="button"
            ref={main}
            className={known ? "primary" : ""}
            disabled={busy !== null}
            onClick={() => void (known ? fetch(name) : look(name))}
          >
            {known ? `Download ${formatBytes(known.bytes)}` : "Look up"}
          </button>
        </div>
      )}
      {busy && (
        <div className="pretrained-busy">
          <progress
            aria-label={TASK_WORDS[busy.task]}
            {...(busy.progress && busy.progress.total > 0
              ? { value: busy.progress.done, max: busy.progress.total }
              : {})}
          />
          <span className="hint">{progressWords(busy.task, busy.progress)}</span>
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        </div>
      )}
      {error && (
        <div className="problems" role="alert">
          <p>{error}</p>
          <button
            type="button"
            onClick={() => {
              main.current?.focus();
              dismissError();
            }}
          >
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}

function progressWords(task: keyof typeof TASK_WORDS, progress: { done: number; total: number } | null): string {
  if (task !== "fetching" || !progress || progress.total === 0) return `${TASK_WORDS[task]}…`;
  return `${formatBytes(progress.done)} of ${formatBytes(progress.total)}`;
}
