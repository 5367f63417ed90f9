import { z } from "zod";
import type { ExperimentFile } from "../../../shared/experiment.ts";
import { STAGES, VIEWS } from "../ui-store.ts";
import { lessonSchema } from "./lesson.ts";

/** SHA-256 in hexadecimal. */
const CONTENT_ID = /^[0-9a-f]{64}$/;

const identitySchema = z.strictObject({
  contentId: z.string().regex(CONTENT_ID, "A SHA-256 is 64 hexadecimal digits."),
  name: z.string().min(1).max(200),
  bytes: z.int().min(0),
});
/** Which data an experiment is on, by their content: what a link says of data that it cannot carry. */
export type DataIdentity = z.output<typeof identitySchema>;

const viewSchema = z.strictObject({
  page: z.enum(VIEWS),
  stage: z.enum(STAGES),
  /** Left out where it follows the system. */
  theme: z.enum(["light", "dark"]).optional(),
  /** The view of what K and f do, by its name. */
  method: z.string().max(30).optional(),
  unit: z.enum(["percent", "counts"]).optional(),
});
/** What is open on the page. */
export type SharedView = z.output<typeof viewSchema>;

/** The content of a link. The experiment has a schema of its own. */
export const sharedSchema = z.strictObject({
  experiment: z.unknown(),
  data: identitySchema.optional(),
  view: viewSchema.optional(),
  lesson: lessonSchema.optional(),
});
export interface Shared extends Omit<z.output<typeof sharedSchema>, "experiment"> {
  experiment: ExperimentFile;
}
