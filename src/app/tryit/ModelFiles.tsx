import { useRef } from "react";
import { useModelStore } from "../stores/model-store.ts";
import { download } from "../ui/download.ts";
import { modelFileName } from "../ui/file-name.ts";
import { CardButton } from "./CardButton.tsx";
import { ExportButton, ExportProgress } from "./ExportButton.tsx";
import type { Triable } from "./use-models.ts";

/** Takes a model away as a file, and brings one back. */
export function ModelFiles({ model }: { model: Triable | null }) {
  const busy = useModelStore((state) => state.busy);
  const error = useModelStore((state) => state.error);
  const { load, save, cancelExport, drop, dismissError } = useModelStore.getState();
  const input = useRef<HTMLInputElement>(null);
  // Where the focus goes when the button that had it is no longer there.
  const loadButton = useRef<HTMLButtonElement>(null);
  const exportButton = useRef<HTMLButtonElement>(null);
  const keep = async ({ runId, name }: Triable) => {
    const bytes = await save(runId);
    if (bytes) download(modelFileName(name), bytes, "application/octet-stream");
  };
  return (
    <div className="model-files">
      <div className="buttons">
        <button type="button" disabled={!model} onClick={() => model && void keep(model)}>
          Save model
        </button>
        <CardButton model={model} />
        <ExportButton model={model} ref={exportButton} />
        <button type="button" ref={loadButton} onClick={() => input.current?.click()}>
          Load model
        </button>
        {model?.kind === "loaded" && (
          <button
            type="button"
            className="ghost"
            onClick={() => {
              loadButton.current?.focus();
              drop(model.runId);
            }}
          >
            Unload
          </button>
        )}
        <input
          ref={input}
          type="file"
          accept=".safetensors"
          hidden
          aria-label="Model file"
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void load(file);
            event.target.value = "";
          }}
        />
      </div>
      {busy === "exporting" && (
        <ExportProgress
          onCancel={() => {
            exportButton.current?.focus();
            cancelExport();
          }}
        />
      )}
      {error !== null && (
        <div className="problems" role="alert">
          <p>{error}</p>
          <p className="hint">Nothing else has changed.</p>
          <button
            type="button"
            onClick={() => {
              loadButton.current?.focus();
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
