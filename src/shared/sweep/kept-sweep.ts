import { z } from "zod";
import type { KeptDocument } from "../kept/store-calls.ts";
import { parseSweep, SweepError, type SweepFile } from "./sweep-file.ts";

/** `running`: its next run begins when the one before has ended; `done`: it has none left, or its budget is used up. */
export const SWEEP_STATUSES = ["running", "paused", "cancelled", "done"] as const;
export type SweepStatus = (typeof SWEEP_STATUSES)[number];

/** A sweep as it is kept. What became of its points stands in its runs. */
export interface KeptSweep {
  readonly id: string;
  readonly name: string;
  readonly file: SweepFile;
  /** When it was started, in ISO 8601. */
  readonly startedAt: string;
  /** What it is trained on, by which it can be opened again. */
  readonly source: { readonly name: string; readonly contentId: string };
  /** Items of its training set, for the passes to come. */
  readonly trainItems: number;
  readonly status: SweepStatus;
  /** Why it was ended or holds; empty where a person did that, or nothing has. */
  readonly reason: string;
  /** Points that were taken out, by number. */
  readonly cancelled: readonly number[];
}

const VERSION = 1;

const contentSchema = z.object({
  name: z.string(),
  file: z.unknown(),
  startedAt: z.string(),
  source: z.object({ name: z.string(), contentId: z.string() }),
  trainItems: z.number(),
  status: z.enum(SWEEP_STATUSES),
  reason: z.string(),
  cancelled: z.array(z.int()),
});

export const toDocument = ({ id, ...content }: KeptSweep): KeptDocument => ({
  kind: "sweep",
  id,
  version: VERSION,
  content,
});

/** @throws SweepError where the document is damaged, or of a later studio */
export function fromDocument({ id, version, content }: KeptDocument): KeptSweep {
  if (version !== VERSION)
    throw new SweepError([
      `A sweep is kept in format ${version}, which this studio does not know; it knows ${VERSION}.`,
    ]);
  const result = contentSchema.safeParse(content);
  if (!result.success) throw new SweepError([`A kept sweep is damaged: ${z.prettifyError(result.error)}`]);
  return { id, ...result.data, file: parseSweep(result.data.file) };
}
