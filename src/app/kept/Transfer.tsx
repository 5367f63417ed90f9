import { type ChangeEvent, useRef, useState } from "react";
import { useKeptStore } from "../stores/kept-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { download } from "../ui/download.ts";

const DOING = { reading: "Reading", exporting: "Packing", importing: "Checking and taking over", freeing: "Freeing" };

/** Takes all that is kept away as one file, and takes such a file over. */
export function Transfer() {
  const busy = useKeptStore((state) => state.busy);
  const numRuns = useRunStore((state) => state.runs.length);
  const [weights, setWeights] = useState(true);
  const input = useRef<HTMLInputElement>(null);
  const { exportRuns, importFile, cancel } = useKeptStore.getState();
  const take = async () => {
    const file = await exportRuns(null, weights);
    if (file) download(file.name, file.zip, "application/zip");
  };
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? [];
    event.target.value = "";
    if (file) void importFile(file);
  };
  return (
    <div className="transfer">
      <button
        type="button"
        disabled={busy !== null || numRuns === 0}
        title="One zip: runs, their data, sweeps, and the hash of each"
        onClick={() => void take()}
      >
        Export all
      </button>
      <label className="check">
        <input type="checkbox" checked={weights} onChange={(event) => setWeights(event.target.checked)} />
        with weights
      </label>
      <button type="button" disabled={busy !== null} onClick={() => input.current?.click()}>
        Import file
      </button>
      <input ref={input} type="file" hidden accept=".zip" aria-label="File of kept runs" onChange={choose} />
      {busy && (
        <span className="transfer-busy" role="status">
          {busy.progress?.what ?? DOING[busy.task]}
          {busy.progress && busy.progress.total > 0 && ` ${busy.progress.done} of ${busy.progress.total}`}
          <button type="button" className="ghost" onClick={cancel}>
            Cancel
          </button>
        </span>
      )}
    </div>
  );
}
