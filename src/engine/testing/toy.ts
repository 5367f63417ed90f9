import { type Experiment, type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import { Stream } from "../rng.ts";
import { DeviceData } from "../train/device-data.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { Trainer, type TrainerOptions } from "../train/trainer.ts";

/** An experiment on a table that no file stands behind; `change` overrides whole fields. */
export function toyExperiment(change: Partial<ExperimentFile> = {}): Experiment {
  return parseExperiment({
    version: 1,
    task: "tabular-classification",
    data: { train: "toy.csv" },
    backbone: { id: "mlp", hidden: [6] },
    batchSize: 5,
    ...change,
  });
}

/** Eleven rows of four features in three classes, the same every time, with as many views of each as are asked for. */
export function toyData(views = 0): DeviceData {
  const stream = new Stream(11, "sample");
  const numItems = 11;
  const size = 4;
  const rows = 1 + views;
  return new DeviceData({
    input: { modality: "table", size },
    values: Float32Array.from({ length: numItems * rows * size }, () => stream.normal()),
    scale: 1,
    views,
    rowOf: Int32Array.from({ length: numItems }, (_, i) => i * rows),
    labels: Int32Array.from({ length: numItems }, (_, i) => (i * 7) % 3),
    numClasses: 3,
    stdDevs: [1, 0.5, 2, 1],
    emptyRow: { values: Float32Array.of(0.3, 0, -0.2, 0), columnOf: Int32Array.of(0, 1, 1, 2) },
  });
}

/** A trainer of the experiment on {@link toyData}. The caller disposes both. */
export function toyTrainer(experiment: Experiment, data: DeviceData, options: TrainerOptions = {}): Trainer {
  const network = buildNetwork(experiment, data.data.input, data.data.numClasses);
  return new Trainer(new Model(network, experiment, data, [3, 6, 2]), network.init(experiment.seed), 100, options);
}
