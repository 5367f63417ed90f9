import { useRef } from "react";
import { type KeptModels as Kept, type ModelName, sameModel } from "../../../shared/pretrained.ts";
import { usePretrainedStore } from "../../stores/pretrained-store.ts";
import { formatBytes, plural } from "../../ui/format.ts";
import { nameWords } from "./pretrained-words.ts";

interface Props {
  kept: Kept | null;
  current: ModelName;
  onUse: (name: ModelName) => void;
}

/** The models on this machine, what they take, and how to be rid of them. */
export function KeptModels({ kept, current, onUse }: Props) {
  const { remove } = usePretrainedStore.getState();
  const summary = useRef<HTMLElement>(null);
  if (!kept) return null;
  if (kept.refusal !== null) return <p className="remark warn">{kept.refusal}</p>;
  const room = kept.quota === null ? "" : ` of ${formatBytes(kept.quota)}`;
  return (
    <details className="pretrained-kept">
      <summary ref={summary}>
        {kept.models.length === 0
          ? "No models are kept on this machine"
          : `${plural(kept.models.length, "model")} on this machine, ${formatBytes(kept.bytes)}${room}`}
      </summary>
      <ul aria-label="Models on this machine">
        {kept.models.map((model) => (
          <li key={nameWords(model)}>
            <span>
              {nameWords(model)}
              <small>
                {model.family}, {formatBytes(model.bytes)}
              </small>
            </span>
            <button
              type="button"
              disabled={sameModel(model, current)}
              aria-label={`Use ${nameWords(model)}`}
              onClick={() => onUse(model)}
            >
              {sameModel(model, current) ? "In use" : "Use"}
            </button>
            <button
              type="button"
              className="ghost"
              aria-label={`Delete ${nameWords(model)}`}
              onClick={() => {
                // The button goes with the model.
                summary.current?.focus();
                void remove(model);
              }}
            >
              Delete
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
