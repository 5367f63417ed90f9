import { type ChangeEvent, useRef } from "react";
import type { ModelName } from "../../../shared/pretrained.ts";
import { usePretrainedStore } from "../../stores/pretrained-store.ts";
import { chosenFiles } from "../../ui/chosen-files.ts";

/** Opens a model's folder or files from the user's disk. */
export function OwnFiles({ onAdded }: { onAdded: (name: ModelName) => void }) {
  const busy = usePretrainedStore((state) => state.busy !== null);
  const { add } = usePretrainedStore.getState();
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = chosenFiles(event.target.files);
    event.target.value = "";
    if (chosen.length > 0) void add(chosen).then((model) => model && onAdded(model));
  };
  return (
    <div className="pretrained-own">
      <p className="hint">
        Or open a model's folder from your disk: config.json, model.safetensors and, for text, tokenizer.json.
      </p>
      <div className="buttons">
        <button type="button" disabled={busy} onClick={() => folder.current?.click()}>
          Open folder
        </button>
        <button type="button" disabled={busy} onClick={() => files.current?.click()}>
          Open files
        </button>
        <input
          ref={folder}
          type="file"
          hidden
          aria-label="Folder of a model"
          onChange={choose}
          {...{ webkitdirectory: "" }}
        />
        <input ref={files} type="file" multiple hidden aria-label="Files of a model" onChange={choose} />
      </div>
    </div>
  );
}
