import { strToU8, zipSync } from "fflate";
import type { RunEntry } from "../../src/shared/kept/run-entry.ts";
import { entries } from "../../src/shared/kept/testing/entries.ts";

const VERSION = 1;

/** A run as an exported file carries it, without record or weights. */
function kept(entry: RunEntry) {
  const { status, reason, figures, hasWeights: _, kept: __, bytes: ___, ...same } = entry;
  const ended = status === "finished" || status === "stopped";
  return {
    ...same,
    version: VERSION,
    removedAt: null,
    failure: status === "failed" ? reason : null,
    outcome: ended ? { status, figures } : null,
    checkpoint: null,
    blobs: {},
  };
}

/** So many runs as one file of the kind that the studio exports and takes over. */
export function fileOfRuns(count: number): Buffer {
  const manifest = {
    format: "refrain-kept",
    version: VERSION,
    software: { refrain: "bench" },
    exportedAt: "2026-11-01T08:00:00.000Z",
    files: {},
    runs: entries(count).map(kept),
    sources: [],
    documents: [],
  };
  return Buffer.from(zipSync({ "manifest.json": strToU8(JSON.stringify(manifest)) }, { level: 0 }));
}
