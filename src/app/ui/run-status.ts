import type { RunEntryStatus } from "../../shared/kept/run-entry.ts";

/** The state of a run, in a word or two. */
export const STATUS_WORDS: Record<RunEntryStatus, string> = {
  going: "running",
  elsewhere: "in another tab",
  interrupted: "interrupted",
  finished: "finished",
  stopped: "stopped",
  failed: "failed",
};
