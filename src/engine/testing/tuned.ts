import { type Experiment, type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import { tokenRows } from "../features/token-data.ts";
import { thinWeights } from "../models/mobilenet-v2/testing/thin-weights.ts";
import { tunableMobilenet } from "../models/mobilenet-v2/tunable.ts";
import { smallUseLite } from "../models/use-lite/testing/small-files.ts";
import { tunableUseLite } from "../models/use-lite/tunable.ts";
import { Stream } from "../rng.ts";
import { DeviceData } from "../train/device-data.ts";

const TEXTS: readonly string[] = [
  "red one",
  "blue",
  "two reds",
  "",
  "three green green",
  "green",
  "blue blue one",
  "one red two",
];
const LABELS = [0, 2, 0, 2, 1, 1, 2, 0];

/** An experiment on short texts that tunes all of the sentence encoder. */
export const tunedTextExperiment = (change: Partial<ExperimentFile> = {}): Experiment =>
  parseExperiment({
    version: 1,
    task: "text-classification",
    data: { train: "texts.csv" },
    backbone: { id: "use-lite" },
    tuning: { id: "full" },
    batchSize: 4,
    ...change,
  });

/** Eight texts of up to 45 tokens, four of them of no more than eight. */
export const UNEVEN_TEXTS: readonly string[] = [3, 12, 1, 45, 8, 20, 5, 30].map((words, i) =>
  Array.from({ length: words }, (_, word) => ["red", "green", "blue", "one", "two"][(i + word * word) % 5]).join(" "),
);

/** Eight texts in three classes, to be read by a small encoder, with as many views of each as the experiment's bank has. */
export function tunedTexts(experiment: Experiment, content = TEXTS): DeviceData {
  const tuned = tunableUseLite(smallUseLite());
  if (!tuned.reader) throw new Error("no reader");
  const items = Int32Array.from(content.keys());
  const views = experiment.repeat.noises.some(({ site }) => site === "input") ? experiment.repeat.views : 0;
  const texts = { modality: "text", texts: content } as const;
  const { values, counts, length } = tokenRows(experiment, texts, items, tuned.reader, { views, draw: 0 });
  return new DeviceData({
    input: { modality: "tokens", length, tuned },
    values,
    tokenCounts: counts,
    scale: 1,
    views,
    rowOf: items.map((item) => item * (1 + views)),
    labels: Int32Array.from(LABELS),
    numClasses: 3,
    stdDevs: null,
    emptyRow: null,
  });
}

/** An experiment on small images that tunes all of MobileNetV2. */
export const tunedImageExperiment = (change: Partial<ExperimentFile> = {}): Experiment =>
  parseExperiment({
    version: 1,
    task: "image-classification",
    data: { train: "images.zip" },
    backbone: { id: "mobilenet-v2", tap: "block_10_project_BN", size: 32 },
    tuning: { id: "full" },
    batchSize: 4,
    ...change,
  });

/** Eight grey images in three classes, to be read by a thin network. */
export function tunedImages(): DeviceData {
  const stream = new Stream(5, "sample");
  const tuned = tunableMobilenet({ id: "mobilenet-v2", tap: "block_10_project_BN", size: 18 }, thinWeights());
  return new DeviceData({
    input: { modality: "image", height: 12, width: 12, channels: 1, tuned },
    values: Uint8Array.from({ length: LABELS.length * 144 }, () => stream.below(256)),
    scale: 1 / 255,
    views: 0,
    rowOf: Int32Array.from(LABELS.keys()),
    labels: Int32Array.from(LABELS),
    numClasses: 3,
    stdDevs: null,
    emptyRow: null,
  });
}
