import type { Dispatch, Recording } from "./recording.ts";

/** The recording without dispatches whose results nobody reads. */
export function withoutDeadWrites(recording: Recording): Recording {
  const needed = new Set([recording.loss]);
  const lives = ({ writes }: Dispatch): boolean =>
    writes.some((id) => needed.has(id) || recording.values[id]?.kind === "kept");
  const kept: Dispatch[] = [];
  for (const dispatch of recording.dispatches.toReversed()) {
    if (!lives(dispatch)) continue;
    // What it writes stays needed: it may change only a part of what was written before.
    for (const id of dispatch.reads) needed.add(id);
    kept.push(dispatch);
  }
  return { ...recording, dispatches: kept.reverse() };
}
