import type { ExperimentFile } from "../../shared/experiment.ts";

/** The preset "original example" (method, last section): everything but the data's columns, its split and the noise. */
export function originalExample(file: ExperimentFile): ExperimentFile {
  const { tuning: _tuning, inference: _inference, ...kept } = file;
  return {
    ...kept,
    data: { ...file.data, imageSide: 28 },
    backbone: { id: "seed-cnn", channels1: 64, channels2: 128, dense: 256 },
    head: { hidden: [] },
    repeat: { ...file.repeat, k: 10, groupSize: 1 },
    aggregate: { level: "logits", pooling: { id: "mean" } },
    objective: { id: "cross-entropy" },
    optimizer: { id: "sgd", learningRate: 0.001, momentum: 0.9 },
    schedule: { id: "constant" },
    clipNorm: null,
    epochs: 10,
    batchSize: 32,
  };
}
