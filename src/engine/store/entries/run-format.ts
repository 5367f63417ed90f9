import { z } from "zod";
import { type Experiment, ExperimentError, parseExperiment } from "../../../shared/experiment.ts";
import { BACKENDS } from "../../../shared/task.ts";
import type { Format } from "./format.ts";

export const BLOB = z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().min(0) });

/** An experiment, with every pair of its fields checked. */
export const EXPERIMENT = z.unknown().transform((value, context): Experiment => {
  try {
    return parseExperiment(value);
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    context.addIssue({ code: "custom", message: error.message });
    return z.NEVER;
  }
});

/** A number that may be NaN or infinite where training diverged, which JSON writes as null. */
export const FIGURE = z.preprocess(
  (value) => value ?? Number.NaN,
  z.custom<number>((value) => typeof value === "number"),
);
const SCORE = z.custom<number | null>((value) => value === null || typeof value === "number");
const TEST = z.object({ loss: FIGURE, accuracy: FIGURE, macroF1: FIGURE, expectedCalibrationError: FIGURE }).nullable();
const COUNT = z.int().min(0);

const FIGURES = z.object({
  backend: z.object({ name: z.enum(BACKENDS).exclude(["auto"]), adapter: z.string().nullable() }),
  dataset: z.object({ train: COUNT, validation: COUNT, test: COUNT, sha256: z.string(), classes: COUNT }),
  epochs: COUNT,
  steps: COUNT,
  passes: COUNT,
  trainLoss: SCORE,
  validationLoss: SCORE,
  validationAccuracy: SCORE,
  validationMacroF1: SCORE,
  test: TEST,
  testPooled: TEST,
  parameters: COUNT,
  trainableParameters: COUNT,
  totalMs: FIGURE,
  msPerStep: FIGURE,
});

const RUN = z.object({
  version: z.literal(1),
  runId: z.string().min(1).max(200),
  name: z.string().max(1000),
  notes: z.string(),
  tags: z.array(z.string()),
  startedAt: z.iso.datetime(),
  experiment: EXPERIMENT,
  backend: z.enum(BACKENDS),
  source: z.object({ name: z.string(), contentId: z.string().min(1) }),
  sweep: z.object({ sweepId: z.string(), point: COUNT }).nullable(),
  /** When it was taken out of the list; it can be put back until it is purged. */
  removedAt: z.iso.datetime().nullable(),
  /** Why it failed; null for a run that goes on, was cut off or ended well. */
  failure: z.string().nullable(),
  /** Null until it has ended. */
  outcome: z.object({ status: z.enum(["finished", "stopped", "failed"]), figures: FIGURES }).nullable(),
  checkpoint: z.object({ step: COUNT, totalSteps: COUNT, epoch: COUNT, at: z.iso.datetime() }).nullable(),
  blobs: z.object({
    checkpoint: BLOB.optional(),
    record: BLOB.optional(),
    model: BLOB.optional(),
    predictions: BLOB.optional(),
  }),
});

/** A run as it is kept. */
export type KeptRun = z.output<typeof RUN>;

export const RUN_FORMAT: Format<KeptRun> = { kind: "run", version: 1, schema: RUN, migrations: {} };
