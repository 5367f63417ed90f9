import { z } from "zod";
import type { RunRecord } from "../../../shared/run-record.ts";
import type { Format } from "./format.ts";
import { EXPERIMENT, FIGURE } from "./run-format.ts";

const COUNT = z.int().min(0);
const EVALUATION = z
  .looseObject({
    loss: FIGURE,
    accuracy: FIGURE,
    macroF1: FIGURE,
    expectedCalibrationError: FIGURE,
    report: z.looseObject({}),
    confusionMatrix: z.array(z.array(z.number())),
  })
  .nullable();

/** What the page counts on in a record; more is carried along as it is. */
const RECORD = z.looseObject({
  version: z.literal(1),
  status: z.enum(["finished", "stopped", "failed"]),
  stoppedEarly: z.boolean(),
  software: z.looseObject({ refrain: z.string(), tfjs: z.string() }),
  experiment: EXPERIMENT,
  backend: z.looseObject({ name: z.string(), reason: z.string(), figures: z.array(z.looseObject({})) }),
  dataset: z.looseObject({ classes: z.array(z.string()), train: COUNT, validation: COUNT, test: COUNT }),
  model: z.looseObject({ parameters: COUNT, trainableParameters: COUNT }),
  steps: z.array(z.looseObject({ step: COUNT, epoch: COUNT, loss: FIGURE })),
  epochs: z.array(z.looseObject({ epoch: COUNT, step: COUNT, trainLoss: FIGURE })),
  test: EVALUATION,
  testPooled: EVALUATION,
  timing: z.looseObject({ totalMs: FIGURE, trainMs: FIGURE, msPerStep: FIGURE, firstStepMs: FIGURE }),
});

export const RECORD_FORMAT: Format<RunRecord> = {
  kind: "record of the run",
  version: 1,
  schema: RECORD as unknown as z.ZodType<RunRecord>,
  migrations: {},
};
