import type { Progress as Done } from "../engine-client.ts";

/** How far some work has come, and the way out of it. */
export function Progress({ progress, onCancel }: { progress: Done | null; onCancel: () => void }) {
  const { what, done, total } = progress ?? { what: "Waiting for the engine", done: 0, total: 0 };
  return (
    <div className="measuring">
      <progress max={total || 1} value={total > 0 ? done : undefined} aria-label={what} />
      <span className="hint">
        {what}
        {total > 0 && `, ${done} of ${total}`}
      </span>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
