import { leaves, settingWords } from "../../../shared/configuration.ts";
import type { Experiment } from "../../../shared/experiment.ts";
import type { RunEntry, RunFigures } from "../../../shared/kept/run-entry.ts";
import { noiseWords } from "../../../shared/noise-words.ts";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLoss,
  formatMilliseconds,
  formatNumber,
} from "../../ui/format.ts";
import { STATUS_WORDS } from "../../ui/run-status.ts";

/** What a run has in a column; null where it has nothing there. */
export type FieldValue = string | number | null;

/** One column that the table of runs can have. */
export interface RunField {
  readonly id: string;
  readonly label: string;
  /** What the label's few letters stand for. */
  readonly meaning?: string;
  /** Text stands to the left, numbers to the right. */
  readonly text: boolean;
  /** True of what a run came to, which a group gives as mean and sd; else it is how the run was set. */
  readonly isFigure: boolean;
  /** In pixels. */
  readonly width: number;
  read(entry: RunEntry): FieldValue;
  format(value: FieldValue): string;
}

const NOTHING = "–";
/** `97.1`, of a hundred. */
const hundredths = (value: number): string => (100 * value).toFixed(1);

type Words = (value: number) => string;

const figure = (
  id: string,
  label: string,
  read: (figures: RunFigures) => number | null | undefined,
  words: Words,
  meaning: string,
): RunField => ({
  id,
  label,
  meaning,
  text: false,
  isFigure: true,
  width: 92,
  read: ({ figures }) => (figures ? (read(figures) ?? null) : null),
  format: (value) => (typeof value === "number" ? words(value) : NOTHING),
});

const setting = (
  id: string,
  label: string,
  read: (entry: RunEntry) => FieldValue,
  { text = true, width = 100, meaning = "", words = String }: Partial<Options> = {},
): RunField => ({
  id,
  label,
  ...(meaning ? { meaning } : {}),
  text,
  isFigure: false,
  width,
  read,
  format: (value) => (value === null || value === "" ? NOTHING : words(value)),
});

interface Options {
  text: boolean;
  width: number;
  meaning: string;
  words: (value: string | number) => string;
}

const formatTime = (at: string | number): string =>
  new Date(at).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

const number = { text: false, width: 58 } as const;

/** A whole number that follows from the settings, so that a group has it in common or not at all. */
const count = (id: string, label: string, read: (figures: RunFigures) => number, meaning: string): RunField =>
  setting(id, label, ({ figures }) => (figures ? read(figures) : null), {
    text: false,
    width: 88,
    meaning,
    words: (value) => formatCount(Number(value)),
  });

/** Columns with a name of their own, in the order in which they are offered. */
const NAMED: readonly RunField[] = [
  setting("status", "status", ({ status }) => STATUS_WORDS[status], { width: 116 }),
  setting("k", "K", ({ experiment }) => experiment.repeat.k, {
    ...number,
    width: 48,
    meaning: "Repeats of each sample in training",
  }),
  setting("level", "level", ({ experiment }) => experiment.aggregate.level, {
    width: 84,
    meaning: "Where the repeats are pooled",
  }),
  setting("pooling", "f", ({ experiment }) => experiment.aggregate.pooling.id, { meaning: "The pooling function" }),
  setting("noises", "noise", ({ experiment }) => noiseWords(experiment), { width: 118 }),
  setting("backbone", "backbone", ({ experiment }) => experiment.backbone.id, { width: 88 }),
  setting("source", "data", ({ source }) => source.name, { width: 110 }),
  figure("accuracy", "accuracy", ({ test }) => test?.accuracy, hundredths, "Test accuracy in one clean pass, percent"),
  figure(
    "pooledAccuracy",
    "pooled",
    ({ testPooled }) => testPooled?.accuracy,
    hundredths,
    "Test accuracy of K' passes pooled with f', percent",
  ),
  figure(
    "macroF1",
    "macro F1",
    ({ test }) => test?.macroF1,
    hundredths,
    "Macro F1 on the test items, one clean pass, percent",
  ),
  figure(
    "calibrationError",
    "ECE",
    ({ test }) => test?.expectedCalibrationError,
    hundredths,
    "Expected calibration error on the test items, one clean pass, percent",
  ),
  count("passes", "passes", ({ passes }) => passes, "Forward passes of training: steps x batch size x K"),
  figure("totalMs", "time", ({ totalMs }) => totalMs, formatDuration, "From start to end, pauses left out"),
  setting("seed", "seed", ({ experiment }) => experiment.seed, number),
  setting("tags", "tags", ({ tags }) => tags.join(", "), { width: 120 }),
  setting("startedAt", "started", ({ startedAt }) => startedAt, { width: 112, words: formatTime }),
  figure("testLoss", "test loss", ({ test }) => test?.loss, formatLoss, "Cross-entropy on the test items"),
  figure("trainLoss", "train loss", ({ trainLoss }) => trainLoss, formatLoss, "Training loss of the last epoch"),
  figure(
    "validationLoss",
    "val. loss",
    ({ validationLoss }) => validationLoss,
    formatLoss,
    "Validation loss after the last epoch",
  ),
  figure(
    "validationAccuracy",
    "val. acc.",
    ({ validationAccuracy }) => validationAccuracy,
    hundredths,
    "Validation accuracy after the last epoch, percent",
  ),
  figure(
    "validationMacroF1",
    "val. F1",
    ({ validationMacroF1 }) => validationMacroF1,
    hundredths,
    "Macro F1 on the validation items after the last epoch, percent",
  ),
  count("epochsTrained", "epochs", ({ epochs }) => epochs, "Epochs that were trained"),
  count("steps", "steps", ({ steps }) => steps, "Steps that were trained"),
  figure("msPerStep", "ms/step", ({ msPerStep }) => msPerStep, formatMilliseconds, "Time of a training step"),
  count("trainable", "trainable", (figures) => figures.trainableParameters, "Weights that are trained"),
  count("parameters", "weights", ({ parameters }) => parameters, "Weights of the whole model"),
  setting("backend", "backend", ({ figures }) => figures?.backend.name ?? null, { width: 80 }),
  setting("data", "data hash", ({ figures }) => figures?.dataset.sha256.slice(0, 8) ?? null, {
    width: 84,
    meaning: "Beginning of the SHA-256 of the data as read: equal where two runs had the same items",
  }),
  setting("bytes", "on disk", ({ bytes }) => bytes, { ...number, width: 80, words: (n) => formatBytes(Number(n)) }),
];

/** What the table shows until something else is chosen. */
export const USUAL_COLUMNS: readonly string[] = [
  "status",
  "k",
  "level",
  "pooling",
  "noises",
  "backbone",
  "accuracy",
  "pooledAccuracy",
  "macroF1",
  "calibrationError",
  "passes",
  "totalMs",
  "seed",
];

const settingsOf = new WeakMap<Experiment, ReadonlyMap<string, unknown>>();

/** An experiment's settings by path. They are asked for with every sort, so they are kept as long as the experiment. */
function settings(experiment: Experiment): ReadonlyMap<string, unknown> {
  const known = settingsOf.get(experiment);
  if (known) return known;
  const read = new Map(leaves(experiment));
  settingsOf.set(experiment, read);
  return read;
}

/** A column of the setting at a path of the experiment. */
const settingField = (path: string, isNumber: boolean): RunField =>
  setting(
    path,
    path,
    ({ experiment }) => {
      const leaf = settings(experiment).get(path);
      if (leaf === undefined) return null;
      return typeof leaf === "number" ? leaf : settingWords(leaf);
    },
    {
      text: !isNumber,
      width: Math.max(72, Math.min(200, 7 * path.length + 24)),
      words: (value) => (typeof value === "number" ? formatNumber(value) : value),
    },
  );

/** Paths that a named column shows already. */
const SHOWN = new Set(["repeat.k", "aggregate.level", "aggregate.pooling.id", "backbone.id", "seed", "version"]);

/** Every column that these runs can have: the named ones, then every setting of their experiments by its path. */
export function runFields(entries: readonly RunEntry[]): readonly RunField[] {
  const numeric = new Map<string, boolean>();
  for (const { experiment } of entries)
    for (const [path, leaf] of settings(experiment))
      numeric.set(path, (numeric.get(path) ?? true) && (leaf === null || typeof leaf === "number"));
  const paths = [...numeric].filter(([path]) => !SHOWN.has(path));
  return [...NAMED, ...paths.map(([path, isNumber]) => settingField(path, isNumber))];
}
