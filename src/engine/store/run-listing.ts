import type { RunEntry, RunEntryStatus } from "../../shared/kept/run-entry.ts";
import type { KeptRun } from "./entries/run-format.ts";

const CUT_OFF = "The tab, the browser or the engine was closed while it trained.";

export type BlobName = keyof KeptRun["blobs"];

/** What the blobs of a run are, in errors. */
export const BLOB_WORDS = {
  checkpoint: "checkpoint",
  record: "record",
  model: "weights",
  predictions: "predictions",
} as const satisfies Record<BlobName, string>;

export const wordsFor = ({ name }: KeptRun, blob: BlobName): string =>
  `The ${BLOB_WORDS[blob]} of the run ${JSON.stringify(name)}`;

/** What is known of a run besides its entry. */
export interface Seen {
  /** Runs that are trained here, and by anybody. */
  readonly here: ReadonlySet<string>;
  readonly anywhere: ReadonlySet<string>;
  readonly lasting: boolean;
  /** Whether a blob of the run can be used. */
  readonly usable: (run: KeptRun, blob: BlobName) => boolean;
}

/** A kept run as it is listed. */
export function listed(run: KeptRun, seen: Seen): RunEntry {
  const { runId, name, notes, tags, startedAt, experiment, backend, source, sweep, outcome, checkpoint, blobs } = run;
  const status = statusOf(run, seen);
  const saved = checkpoint && blobs.checkpoint && seen.usable(run, "checkpoint");
  return {
    runId,
    name,
    notes,
    tags,
    startedAt,
    status,
    reason: run.failure ?? (status === "interrupted" ? CUT_OFF : null),
    experiment,
    backend,
    source,
    sweep,
    figures: outcome?.figures ?? null,
    checkpoint: saved ? { ...checkpoint, bytes: blobs.checkpoint?.bytes ?? 0 } : null,
    hasWeights: blobs.model !== undefined && seen.usable(run, "model"),
    kept: seen.lasting,
    bytes: bytesOf(run),
  };
}

export const bytesOf = ({ blobs }: KeptRun): number =>
  Object.values(blobs).reduce((sum, blob) => sum + (blob?.bytes ?? 0), 0);

function statusOf({ runId, outcome, failure }: KeptRun, { here, anywhere }: Seen): RunEntryStatus {
  if (outcome) return outcome.status;
  if (here.has(runId)) return "going";
  if (anywhere.has(runId)) return "elsewhere";
  return failure === null ? "interrupted" : "failed";
}
