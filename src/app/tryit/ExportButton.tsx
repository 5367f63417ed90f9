import { type Ref, useId } from "react";
import { modelCard } from "../../shared/model-card/model-card.ts";
import { wholeModelRefusal } from "../../shared/whole-model.ts";
import { useModelStore } from "../stores/model-store.ts";
import { download } from "../ui/download.ts";
import { wholeModelFileName } from "../ui/file-name.ts";
import { formatBytes } from "../ui/format.ts";
import { useSubject } from "./CardButton.tsx";
import type { Triable } from "./use-models.ts";

/** Takes a tuned transformer away whole, as a zip in the layout of Hugging Face's libraries. */
export function ExportButton({ model, ref }: { model: Triable | null; ref: Ref<HTMLButtonElement> }) {
  const id = useId();
  const subject = useSubject(model);
  const busy = useModelStore((state) => state.busy);
  const refusal = subject && wholeModelRefusal(subject.experiment);
  const reason = refusal ?? (model && !subject ? "Comes when training ends: only then are its scores known." : null);
  const take = async () => {
    if (!model || !subject || busy) return;
    const card = modelCard({ ...subject, file: null });
    const zip = await useModelStore.getState().exportWhole(model.runId, card);
    if (zip) download(wholeModelFileName(model.name), zip, "application/zip");
  };
  return (
    <>
      <button
        type="button"
        ref={ref}
        disabled={!subject || refusal !== null}
        aria-disabled={busy !== null}
        aria-describedby={reason ? id : undefined}
        title={
          reason ??
          "The whole transformer, what was trained merged in, with its head and card: a folder for Hugging Face's libraries, zipped"
        }
        onClick={() => void take()}
      >
        Export whole model
      </button>
      {reason && (
        <span id={id} className="hint" hidden={subject?.experiment.backbone.id !== "transformer"}>
          {reason}
        </span>
      )}
    </>
  );
}

/** How far the export has come, and the way out of it. */
export function ExportProgress({ onCancel }: { onCancel: () => void }) {
  const progress = useModelStore((state) => state.progress);
  const isWriting = progress !== null && progress.what === "Writing the model";
  return (
    <div className="model-export">
      <progress
        aria-label="Exporting the model"
        {...(isWriting ? { value: progress.done, max: progress.total } : {})}
      />
      <span className="hint">
        {isWriting ? `${formatBytes(progress.done)} of ${formatBytes(progress.total)}` : "Opening the model…"}
      </span>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
