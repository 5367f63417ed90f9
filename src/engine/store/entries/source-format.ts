import { z } from "zod";
import type { Format } from "./format.ts";
import { BLOB } from "./run-format.ts";

const SOURCE = z.object({
  version: z.literal(1),
  contentId: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string(),
  /** In the order in which they lie in the blob, one behind the other: ten thousand images are one file on disk. */
  files: z.array(z.object({ path: z.string(), bytes: z.int().min(0) })),
  /** Paths, or names of zips or folders, that were said to be for a split. */
  roles: z.object({ validation: z.string().optional(), test: z.string().optional() }),
  settings: z.object({ skipBad: z.boolean(), maxRows: z.int().min(1).nullable() }),
  keptAt: z.iso.datetime(),
  blobs: z.object({ content: BLOB }),
});

/** Data as they are kept. */
export type KeptSource = z.output<typeof SOURCE>;

export const SOURCE_FORMAT: Format<KeptSource> = { kind: "data set", version: 1, schema: SOURCE, migrations: {} };

const DOCUMENT = z.object({
  version: z.literal(1),
  kind: z.enum(["sweep"]),
  id: z.string().min(1).max(200),
  contentVersion: z.int().min(1),
  content: z.unknown(),
  blobs: z.object({}),
});

/** A document of the page's as it is kept; its content is the page's to read. */
export type KeptDocumentEntry = z.output<typeof DOCUMENT>;

export const DOCUMENT_FORMAT: Format<KeptDocumentEntry> = {
  kind: "document",
  version: 1,
  schema: DOCUMENT,
  migrations: {},
};

const FEATURES = z.object({
  version: z.literal(1),
  usedAt: z.iso.datetime(),
  blobs: z.object({ features: BLOB }),
});

/** Features as they are kept, under the SHA-256 of their key. */
export type KeptFeatures = z.output<typeof FEATURES>;

export const FEATURES_FORMAT: Format<KeptFeatures> = {
  kind: "features",
  version: 1,
  schema: FEATURES,
  migrations: {},
};
