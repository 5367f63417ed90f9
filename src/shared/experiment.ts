import { z } from "zod";
import { type ExperimentIssue, readIssue } from "./experiment-issue.ts";
import { isTuned, layersMisfit, mixingMisfit, noiseMisfit } from "./noise-misfits.ts";
import { BACKBONES, type Backbone, type BackboneId } from "./plugins/backbones/index.ts";
import { hiddenWidths } from "./plugins/backbones/mlp.ts";
import { FIRST_TRANSFORMER, TOKENS } from "./plugins/backbones/transformer.ts";
import { cardById, choiceSchema } from "./plugins/card.ts";
import { CONSISTENCIES, consistencyMisfit } from "./plugins/consistencies/index.ts";
import { NOISES } from "./plugins/noises/index.ts";
import { objectiveSchema } from "./plugins/objectives/index.ts";
import { OPTIMIZERS } from "./plugins/optimizers/index.ts";
import { inferenceLevel, learntMisfit, POOLINGS, type Pooling, poolingMisfit } from "./plugins/poolings/index.ts";
import { SCHEDULES } from "./plugins/schedules/index.ts";
import { TUNINGS, type Tuning } from "./plugins/tunings/index.ts";
import { LEVELS, MODALITY_OF, type Modality, TASKS } from "./task.ts";

/** Bounds that controls and checks share. */
export const BOUNDS = {
  k: { min: 1, max: 64 },
  views: { min: 1, max: 128 },
  groupSize: { min: 1, max: 16 },
  epochs: { min: 1, max: 10_000 },
  batchSize: { min: 1, max: 4096 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  fraction: { min: 0, max: 0.9 },
  labelNoise: { min: 0, max: 0.9 },
  labelsPerClass: { min: 1, max: 1_000_000 },
  patience: { min: 1, max: 1000 },
  clipNorm: { min: 1e-6, max: 1e6 },
  layerDecay: { min: 0.1, max: 1 },
  imageSide: { min: 4, max: 256 },
  maxTokens: TOKENS,
} as const;

const between = (bounds: { min: number; max: number }) => z.number().min(bounds.min).max(bounds.max);
const integer = (bounds: { min: number; max: number }) => z.int().min(bounds.min).max(bounds.max);
const k = integer(BOUNDS.k);
const pooling = choiceSchema(POOLINGS);

/** How numeric columns are put on a common scale, always with figures of the training rows alone. */
export const SCALINGS = ["standard", "range", "none"] as const;

/** An item's number over all files in file order, from 0, as the key of an edit. */
const itemNumber = z.string().regex(/^(0|[1-9]\d{0,9})$/);
const editSchema = z.union(
  [z.strictObject({ label: z.string().min(1) }), z.strictObject({ exclude: z.literal(true) })],
  { error: 'an edit is { "label": "CLASS" } or { "exclude": true }.' },
);

/** What was decided by hand of one item: it is of another class than its file says, or takes no part. */
export type Edit = z.output<typeof editSchema>;

const dataSchema = z.strictObject({
  /** Name of the training file, zip or folder; or `sample:ID` for a built-in sample. */
  train: z.string().min(1),
  validation: z.string().min(1).optional(),
  test: z.string().min(1).optional(),
  /** Column holding the text (text tasks) or the file name (image folders with a metadata file). */
  text: z.string().optional(),
  label: z.string().optional(),
  /** Feature columns of a table; every column but the label where it is left out. */
  features: z.array(z.string()).min(1).optional(),
  /** Columns whose kind was set by hand: a table's number that is really a category, or the reverse. */
  kinds: z.record(z.string(), z.enum(["numeric", "categorical"])).optional(),
  split: z
    .strictObject({
      validation: between(BOUNDS.fraction).optional(),
      test: between(BOUNDS.fraction).optional(),
      stratify: z.boolean().default(true),
    })
    .prefault({}),
  /** Keep this many labelled training items a class; null keeps all. What is left out is used nowhere. */
  labelsPerClass: integer(BOUNDS.labelsPerClass).nullable().default(null),
  /** This share of the training labels is flipped to another class; validation and test labels stay true. */
  labelNoise: between(BOUNDS.labelNoise).default(0),
  scaling: z.enum(SCALINGS).default("standard"),
  /**
   * Items relabelled or excluded by hand, by number. Splits and few-shot choice are drawn from the files' labels before,
   * so that an edit moves no other item.
   */
  edits: z
    .record(itemNumber, editSchema, {
      error: ({ code }) =>
        code === "invalid_key" ? "an edit is named by an item's number: a whole number from 0." : undefined,
    })
    .default({}),
  /** Images are resized to this side; null keeps the first image's size, up to {@link largestImageSide}. */
  imageSide: integer(BOUNDS.imageSide).nullable().default(null),
});

const fileSchema = z.strictObject({
  version: z.literal(1, { error: "version must be 1: this studio reads experiment files of version 1." }),
  task: z.enum(TASKS),
  data: dataSchema,
  backbone: choiceSchema(BACKBONES).optional(),
  tuning: choiceSchema(TUNINGS).optional(),
  head: z.strictObject({ hidden: hiddenWidths([]) }).prefault({}),
  repeat: z
    .strictObject({
      k: k.default(8),
      noises: z.array(choiceSchema(NOISES)).max(8).default([]),
      /** Noise below a frozen backbone, and noise on tokens, draws from a bank of this many views a sample, made ahead. */
      views: integer(BOUNDS.views).default(16),
      /** Training samples of one class whose outputs are all pooled together (a bag); 1 pools each sample by itself. */
      groupSize: integer(BOUNDS.groupSize).default(1),
    })
    .prefault({}),
  aggregate: z
    .strictObject({ level: z.enum(LEVELS).default("logits"), pooling: pooling.prefault({ id: "mean" }) })
    .prefault({}),
  inference: z.strictObject({ k: k.optional(), pooling: pooling.optional() }).prefault({}),
  objective: objectiveSchema.prefault({ id: "cross-entropy" }),
  /** Added to the loss: how far the K repeats of a sample disagree. Null adds nothing; with K = 1 it is 0. */
  consistency: choiceSchema(CONSISTENCIES).nullable().default(null),
  optimizer: choiceSchema(OPTIMIZERS).prefault({ id: "adam" }),
  schedule: choiceSchema(SCHEDULES).prefault({ id: "constant" }),
  /** Gradients are scaled down to this global L2 norm; null leaves them as they are. */
  clipNorm: between(BOUNDS.clipNorm).nullable().default(null),
  /** A tuned backbone's layer learns at this many times the rate of the one above it; 1: all alike. */
  layerDecay: between(BOUNDS.layerDecay).default(1),
  epochs: integer(BOUNDS.epochs).default(20),
  /** Stop when the validation loss has not improved for `patience` epochs, and go back to the best weights. */
  earlyStopping: z
    .strictObject({ patience: integer(BOUNDS.patience).default(5) })
    .nullable()
    .default(null),
  batchSize: integer(BOUNDS.batchSize).default(32),
  seed: integer(BOUNDS.seed).default(1),
});

/** What a person may write: only version, task and data are needed. */
export type ExperimentFile = z.input<typeof fileSchema>;
type Parsed = z.output<typeof fileSchema>;

/** A complete experiment: every default filled in, every pair checked. It describes a run completely. */
export interface Experiment extends Omit<Parsed, "data" | "inference" | "backbone" | "tuning"> {
  data: Omit<Parsed["data"], "split"> & { split: { validation: number; test: number; stratify: boolean } };
  backbone: Backbone;
  tuning: Tuning;
  inference: { k: number; pooling: Pooling };
}

/** Thrown by {@link parseExperiment}; its message lists every issue, one a line. */
export class ExperimentError extends Error {
  override readonly name = "ExperimentError";
  constructor(readonly issues: readonly ExperimentIssue[]) {
    super(issues.map((issue) => `${issue.path || "experiment"}: ${issue.message}`).join("\n"));
  }
}

/** Side up to which images keep their size where `data.imageSide` is null: what the backbone reads, else 64. */
export const largestImageSide = ({ backbone }: Pick<Experiment, "backbone">): number =>
  backbone.id === "mobilenet-v2" ? backbone.size : backbone.id === "transformer" ? 224 : 64;

/** All that decides the data set an experiment trains on; where it changes, the data have to be prepared again. */
export const preparedFrom = (experiment: Experiment): string =>
  JSON.stringify([experiment.task, experiment.data, experiment.seed, largestImageSide(experiment)]);

/** The backbone a task starts with. */
export const DEFAULT_BACKBONE: Record<Modality, BackboneId> = { table: "mlp", text: "use-lite", image: "seed-cnn" };

/**
 * Reads an experiment file, fills in its defaults and checks that its parts fit each other.
 * @throws ExperimentError naming every field that is wrong, its value and what would be right.
 */
export function parseExperiment(input: unknown): Experiment {
  const result = fileSchema.safeParse(withDefaultChoices(input));
  if (!result.success) throw new ExperimentError(result.error.issues.map((issue) => readIssue(issue, input)));
  const experiment = complete(result.data);
  const issues = misfits(experiment);
  if (issues.length > 0) throw new ExperimentError(issues);
  return experiment;
}

/** Backbone and tuning default by task, so they are set before the schema sees the file. */
function withDefaultChoices(input: unknown): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const file = input as { task?: unknown; backbone?: unknown; tuning?: unknown };
  const task = TASKS.find((t) => t === file.task);
  if (!task) return input;
  const modality = MODALITY_OF[task];
  const given = (file.backbone ?? { id: DEFAULT_BACKBONE[modality] }) as { id?: unknown };
  const card = BACKBONES.find((candidate) => candidate.id === given?.id);
  const source = card?.id === "transformer" && modality !== "table" ? { source: FIRST_TRANSFORMER[modality] } : {};
  const backbone = card ? { ...source, ...given } : given;
  return { ...file, backbone, tuning: file.tuning ?? (card ? { id: card.tunings[0] } : undefined) };
}

function complete(parsed: Parsed): Experiment {
  const { data, inference, aggregate, repeat } = parsed;
  const testK = inference.k ?? repeat.k;
  const pooledByDefault = aggregate.level === "loss" ? ({ id: "mean" } as const) : aggregate.pooling;
  return {
    ...parsed,
    backbone: parsed.backbone as Backbone,
    tuning: parsed.tuning as Tuning,
    data: {
      ...data,
      split: {
        validation: data.split.validation ?? (data.validation === undefined ? 0.2 : 0),
        test: data.split.test ?? (data.test === undefined ? 0.2 : 0),
        stratify: data.split.stratify,
      },
    },
    // A bank must hold at least as many views as one pass asks for.
    repeat: { ...repeat, views: Math.max(repeat.views, repeat.k, testK) },
    inference: { k: testK, pooling: inference.pooling ?? pooledByDefault },
  };
}

/** Pairs that parse on their own and yet make no sense together. */
function misfits(experiment: Experiment): ExperimentIssue[] {
  const { task, data, backbone, tuning, repeat, aggregate, inference } = experiment;
  const issues: ExperimentIssue[] = [];
  const modality = MODALITY_OF[task];
  const card = cardById(BACKBONES, backbone.id);
  if (!card.modalities.includes(modality as never))
    issues.push({
      path: "backbone.id",
      message: `"${backbone.id}" reads ${card.modalities.join(" or ")}, not ${modality}; ${DEFAULT_BACKBONE[modality]} does.`,
    });
  if (!card.tunings.includes(tuning.id as never))
    issues.push({
      path: "tuning.id",
      message: `"${backbone.id}" can be tuned by ${card.tunings.join(", ")}, not by "${tuning.id}".`,
    });
  for (const [path, pooling] of [
    ["aggregate.pooling", aggregate.pooling],
    ["inference.pooling", inference.pooling],
  ] as const) {
    const level = path === "inference.pooling" ? inferenceLevel(aggregate.level) : aggregate.level;
    const reason = poolingMisfit(pooling.id, level);
    if (reason) issues.push({ path, message: `"${pooling.id}" makes no sense at the level "${level}": ${reason}.` });
    const unlearnt = learntMisfit(path, experiment);
    if (unlearnt) issues.push({ path, message: `"${pooling.id}" cannot be had here: ${unlearnt}.` });
  }
  for (const [index, noise] of repeat.noises.entries()) {
    const reason = noiseMisfit(noise.id, noise.site, task) ?? mixingMisfit(noise.id, experiment);
    if (reason) issues.push({ path: `repeat.noises.${index}`, message: reason });
    const layers = layersMisfit(noise, experiment);
    if (layers) issues.push({ path: `repeat.noises.${index}.layers`, message: layers });
  }
  if (experiment.layerDecay !== 1 && !isTuned(experiment))
    issues.push({
      path: "layerDecay",
      message: "layers learn at rates of their own only in a tuned pretrained backbone.",
    });
  if (repeat.groupSize > experiment.batchSize)
    issues.push({
      path: "repeat.groupSize",
      message: `a group of ${repeat.groupSize} samples is larger than the batch of ${experiment.batchSize}.`,
    });
  const inconsistent = experiment.consistency && consistencyMisfit(aggregate.level);
  if (inconsistent)
    issues.push({ path: "consistency", message: `makes no sense at the level "${aggregate.level}": ${inconsistent}.` });
  if (data.split.validation + data.split.test > 0.9)
    issues.push({
      path: "data.split",
      message: `validation and test together take ${data.split.validation + data.split.test} of the data; leave at least 0.1 for training.`,
    });
  return issues;
}
