import { useId, useState } from "react";
import { useKeptStore } from "../stores/kept-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { formatBytes } from "../ui/format.ts";
import { KeptSources } from "./KeptSources.tsx";
import { importSentence, roomSentence } from "./kept-words.ts";
import { Transfer } from "./Transfer.tsx";

/** What is kept on this machine: how much room it takes, how to be rid of it, and how to take it elsewhere. */
export default function Storage() {
  const id = useId();
  const room = useKeptStore((state) => state.room);
  const lasting = useKeptStore((state) => state.lasting);
  const sources = useKeptStore((state) => state.sources);
  const problems = useKeptStore((state) => state.problems);
  const error = useKeptStore((state) => state.error);
  const imported = useKeptStore((state) => state.imported);
  const runs = useRunStore((state) => state.runs);
  const { persist, dismiss } = useKeptStore.getState();
  return (
    <section className="card storage" aria-labelledby={id}>
      <header>
        <h2 id={id}>On this machine</h2>
        <p className="say">{roomSentence({ runs, sources, room, lasting })}</p>
        {room && !room.persistent && lasting && (
          <button
            type="button"
            className="ghost"
            title="Without it a browser short of disk may clear what sites keep"
            onClick={() => void persist()}
          >
            Ask the browser to keep it
          </button>
        )}
      </header>
      {room && <RoomBar usage={room.usage} quota={room.quota} />}
      {problems.map((problem) => (
        <p key={problem} className="remark warn">
          {problem}
        </p>
      ))}
      {(error !== null || imported) && (
        <p className={error === null ? "remark" : "remark bad"} role="status">
          {error ?? (imported && importSentence(imported))}{" "}
          <button type="button" className="ghost" onClick={dismiss}>
            Dismiss
          </button>
        </p>
      )}
      <Removed />
      <KeptSources />
      <Transfer />
    </section>
  );
}

function RoomBar({ usage, quota }: { usage: number; quota: number }) {
  const share = quota > 0 ? Math.min(1, usage / quota) : 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw a meter each in colours of their own
    <div
      className={share > 0.9 ? "room-bar full" : "room-bar"}
      role="meter"
      aria-label="Room taken of what the browser gives"
      aria-valuemin={0}
      aria-valuemax={quota}
      aria-valuenow={usage}
      aria-valuetext={`${formatBytes(usage)} of ${formatBytes(quota)}`}
    >
      <i style={{ width: `${100 * share}%` }} />
    </div>
  );
}

/** Removed runs can be put back until their room is freed, which cannot be undone and so asks once. */
function Removed() {
  const removed = useRunStore((state) => state.removed);
  const busy = useKeptStore((state) => state.busy !== null);
  const [asked, setAsked] = useState(false);
  const { putBack } = useRunStore.getState();
  const { purge } = useKeptStore.getState();
  if (removed.length === 0) return null;
  return (
    <div className="removed">
      <span>
        Removed:{" "}
        {removed
          .slice(0, 3)
          .map(({ name }) => name)
          .join(", ")}
        {removed.length > 3 && ` and ${removed.length - 3} more`}
      </span>
      <button type="button" onClick={putBack}>
        Put back
      </button>
      <button
        type="button"
        className={asked ? "bad" : "ghost"}
        disabled={busy}
        onBlur={() => setAsked(false)}
        onClick={() => (asked ? void purge() : setAsked(true))}
      >
        {asked ? "Free it for good" : "Free its room"}
      </button>
    </div>
  );
}
