import { useRef, useState } from "react";
import type { SourceEntry } from "../../shared/kept/store-calls.ts";
import { useKeptStore } from "../stores/kept-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { formatBytes, plural } from "../ui/format.ts";

/** Data sets that are kept with their runs. */
export function KeptSources() {
  const sources = useKeptStore((state) => state.sources);
  const summary = useRef<HTMLElement>(null);
  if (sources.length === 0) return null;
  return (
    <details className="kept-sources">
      <summary ref={summary}>{plural(sources.length, "data set")}</summary>
      <ul aria-label="Data sets on this machine">
        {sources.map((source) => (
          <SourceRow key={source.contentId} source={source} onRemoved={() => summary.current?.focus()} />
        ))}
      </ul>
    </details>
  );
}

function SourceRow({ source, onRemoved }: { source: SourceEntry; onRemoved: () => void }) {
  const { contentId, name, bytes } = source;
  const uses = useRunStore(({ runs }) => runs.filter((run) => run.source.contentId === contentId).length);
  const busy = useKeptStore((state) => state.busy !== null);
  const [asked, setAsked] = useState(false);
  const remove = () => {
    // The button goes with the row.
    onRemoved();
    void useKeptStore.getState().removeSource(contentId);
  };
  return (
    <li>
      <span>
        {name}
        <small>
          {formatBytes(bytes)}, {uses === 0 ? "no run uses it" : `used by ${plural(uses, "run")}`}, content{" "}
          <code>{contentId.slice(0, 12)}</code>
        </small>
      </span>
      <button
        type="button"
        className={asked ? "bad" : "ghost"}
        disabled={busy}
        aria-label={asked ? `Delete ${name} for good` : `Delete ${name}`}
        title={uses > 0 ? "Its runs stay, but their items cannot be seen and they cannot go on without the file" : ""}
        onBlur={() => setAsked(false)}
        onClick={() => (asked ? remove() : setAsked(true))}
      >
        {asked ? "Delete for good" : "Delete"}
      </button>
    </li>
  );
}
