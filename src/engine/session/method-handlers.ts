import type { Experiment } from "../../shared/experiment.ts";
import type { CalibrationResult, HeldOutSplit, MethodCalls, MethodSubject } from "../../shared/method-calls.ts";
import { drawBoundary, layPlane, planeData } from "../analysis/boundary.ts";
import { atTemperature, type HeldOut, reliability, temperatureOf } from "../analysis/calibration.ts";
import { measureGradientNoise } from "../analysis/gradient-noise.ts";
import { everyItem, type HeldModel, holdModel, onlyItems } from "../analysis/held-model.ts";
import { scoreInferences } from "../analysis/inference-grid.ts";
import { measureJensen } from "../analysis/jensen.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import type { Backbones } from "../features/backbones.ts";
import { networkData } from "../features/network-data.ts";
import type { HostParams } from "../models/model.ts";
import { Stream } from "../rng.ts";
import { predict } from "../train/evaluate.ts";
import { labelsOf, trainCounts } from "./dataset-items.ts";

/** What the panels need of the session. */
export interface MethodContext {
  readonly backbones: Backbones;
  /** Makes a backend current where none is. */
  ready(): Promise<unknown>;
  prepare(experiment: Experiment, work: Work): Promise<Dataset>;
  /** Weights of a run as they stand now; null where it has none. */
  weights(runId: string): Promise<HostParams | null>;
  /** What a run was started with, and whether it still goes on. @throws Error where there is no such run */
  run(runId: string, work: Work): Promise<{ experiment: Experiment; dataset: Dataset; active: boolean }>;
  /** True while a run takes steps. */
  isTraining(): boolean;
}

type MethodHandlers = {
  readonly [N in keyof MethodCalls]: (
    given: MethodCalls[N]["arguments"],
    work: Work,
  ) => Promise<MethodCalls[N]["result"]>;
};

/** How a session answers the calls that make the method visible. */
export function methodHandlers(context: MethodContext): MethodHandlers {
  return {
    "method.jensen": async ({ split, items, ...subject }, work) =>
      onBatch(context, subject, split, items, work, (held, all) => measureJensen(held, all, subject.draw, work)),

    "method.gradient": async ({ plan, items, ...subject }, work) => {
      if (context.isTraining())
        throw new Error("A run is training; pause it or let it end, so that the measurement does not slow it down.");
      return onBatch(context, subject, "train", items, work, (held, all) =>
        measureGradientNoise(held, all, plan, work),
      );
    },

    "method.inference": async ({ runId, split }, work) =>
      onHeldOut(context, runId, split, work, ({ held, truth, dataset }) =>
        scoreInferences(held, truth, dataset.classes, split, work),
      ),

    "method.calibration": async ({ runId, split }, work) => {
      const { dataset } = await context.run(runId, work);
      const validation =
        dataset.splits.validation.length > 0 ? await cleanPass(context, runId, "validation", work) : null;
      const chosen = split === "validation" && validation ? validation : await cleanPass(context, runId, split, work);
      return calibrate(split, validation, chosen, dataset.classes.length);
    },

    "method.boundary": async ({ passes, points, ...wish }, work) => {
      await context.ready();
      const { experiment, runId, draw } = wish;
      const dataset = await context.prepare(experiment, work);
      const { inputs, labels, splits, classes } = dataset;
      if (inputs.modality !== "table") throw new Error("Only the features of a table span a plane.");
      const chosen = sampleOf(splits.train, points, experiment.seed);
      const plane = layPlane(inputs, labels, splits.train, chosen, { ...wish, points });
      const data = planeData(inputs, plane, classes.length);
      const trained = runId === null ? null : await context.weights(runId);
      return holdModel(experiment, data, trained, (held) => drawBoundary(held, plane, passes, draw, work));
    },
  };
}

/** At most `count` of the items, the same ones for the same seed. */
function sampleOf(items: Int32Array, count: number, seed: number): Int32Array {
  return new Stream(seed, "sample").shuffle(items.slice()).subarray(0, count);
}

/** Holds the subject's model over a batch of its items. @throws Error where the split is empty */
async function onBatch<T>(
  context: MethodContext,
  { experiment, runId }: MethodSubject,
  split: "train" | "validation",
  count: number,
  work: Work,
  use: (held: HeldModel, items: Int32Array) => Promise<T>,
): Promise<T> {
  await context.ready();
  const dataset = await context.prepare(experiment, work);
  const items = sampleOf(dataset.splits[split], count, experiment.seed);
  if (items.length === 0) throw new Error(`There are no ${split} items; give them a share in Data.`);
  const keyed = { ...dataset, key: dataset.summary.contentSha256 };
  const data = onlyItems(await networkData(experiment, keyed, items, context.backbones, work), items);
  const trained = runId === null ? null : await context.weights(runId);
  return holdModel(experiment, data, trained, (held) => use(held, everyItem(items.length)), trainCounts(dataset));
}

interface OnHeldOut {
  readonly held: HeldModel;
  readonly truth: Int32Array;
  readonly dataset: Dataset;
}

/** Holds a run's model, as its weights stand now, over the held-out items of its own data set. */
async function onHeldOut<T>(
  context: MethodContext,
  runId: string,
  split: HeldOutSplit,
  work: Work,
  use: (on: OnHeldOut) => Promise<T>,
): Promise<T> {
  const { experiment, dataset, active } = await context.run(runId, work);
  if (split === "test" && active)
    throw new Error("The test items stay untouched until the run has ended; look at the validation items.");
  const items = dataset.splits[split];
  if (items.length === 0) throw new Error(`There are no ${split} items; give them a share in Data.`);
  await context.ready();
  const keyed = { ...dataset, key: dataset.summary.contentSha256 };
  const data = onlyItems(await networkData(experiment, keyed, items, context.backbones, work), items);
  const weights = await context.weights(runId);
  return holdModel(experiment, data, weights, (held) => use({ held, truth: labelsOf(dataset, items), dataset }));
}

function cleanPass(context: MethodContext, runId: string, split: HeldOutSplit, work: Work): Promise<HeldOut> {
  return onHeldOut(context, runId, split, work, async ({ held, truth }) => {
    const all = everyItem(truth.length);
    const probabilities = await predict(held.model, held.params, all, "clean", () => work.signal.aborted);
    return { probabilities, truth };
  });
}

async function calibrate(
  split: HeldOutSplit,
  validation: HeldOut | null,
  items: HeldOut,
  numClasses: number,
): Promise<CalibrationResult> {
  const temperature = validation && (await temperatureOf(validation, numClasses));
  return {
    split,
    items: items.truth.length,
    fittedOn: validation?.truth.length ?? 0,
    temperature,
    before: reliability(items, numClasses),
    after: temperature === null ? null : reliability(atTemperature(items, numClasses, temperature), numClasses),
  };
}
