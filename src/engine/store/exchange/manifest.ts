import { z } from "zod";

/** Names the file among all zips. */
export const FORMAT = "refrain-kept";
export const MANIFEST = "manifest.json";

/** Where a blob lies in the zip. */
export const blobPath = (hash: string): string => `blobs/${hash}`;

/** Entries are carried as they are kept, each with a version of its own. */
const ENTRIES = z.array(z.looseObject({ version: z.int().min(1) })).max(100_000);

export const MANIFEST_SCHEMA = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  software: z.object({ refrain: z.string() }),
  /** ISO 8601. */
  exportedAt: z.iso.datetime(),
  /** Every file of the zip but this one. */
  files: z.record(
    z.string().regex(/^blobs\/[0-9a-f]{64}$/),
    z.strictObject({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
  runs: ENTRIES,
  sources: ENTRIES,
  documents: ENTRIES,
});

/** What a file of kept runs says of itself. */
export type Manifest = z.output<typeof MANIFEST_SCHEMA>;
