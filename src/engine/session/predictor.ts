import type { Input } from "../../shared/dataset.ts";
import type { Prediction } from "../../shared/protocol.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import type { TrainedModel } from "../export/trained-model.ts";
import type { Backbones } from "../features/backbones.ts";
import { networkData } from "../features/network-data.ts";
import { tf } from "../tf.ts";
import { DeviceData } from "../train/device-data.ts";
import { probabilitiesOf } from "../train/evaluate.ts";
import { pooledLogProbabilities } from "../train/levels.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { ParameterLayout } from "../train/parameters.ts";
import { encodeInput } from "./single-input.ts";

const ITEM = Int32Array.of(0);

/** A data set of one unlabelled item: what the network needs in order to read it. */
export function lone(inputs: Dataset["inputs"], classes: readonly string[], label = 0) {
  return { inputs, classes, labels: Int32Array.of(label), key: "" };
}

/**
 * Predicts one new input: one clean pass, and K' passes pooled with f', with the standard deviation over the repeats.
 * @param draw another number draws other noise
 */
export async function predictInput(
  { experiment, classes, input: spec, params: host }: TrainedModel,
  input: Input,
  draw: number,
  backbones: Backbones,
  work: Work,
): Promise<Prediction> {
  const { inference, aggregate, seed } = experiment;
  const alone = lone(encodeInput(input, spec), classes);
  const data = await networkData(experiment, alone, ITEM, backbones, work, { views: inference.k, draw });
  const device = new DeviceData(data);
  const layout = new ParameterLayout(host);
  const theta = tf.tensor1d(layout.flatten(host));
  try {
    const model = new Model(buildNetwork(experiment, data.input, classes.length), experiment, device);
    const { level } = aggregate;
    const stacked = tf.tidy(() => {
      const params = layout.name(layout.split(theta));
      const position = { seed, purpose: "lens", step: draw, firstRow: 0 } as const;
      const pass = { ...inference, position };
      const each = model.noisyLogits(params, ITEM, { ...pass, level: "logits" });
      const z = level === "features" ? model.noisyLogits(params, ITEM, { ...pass, level }) : each;
      const { link } = model.objective;
      const pooled = pooledLogProbabilities(
        level === "features" ? "logits" : level,
        inference.pooling,
        link,
        z,
        params,
      );
      const probabilities = probabilitiesOf(model, each);
      const mean = tf.mean(probabilities, 1, true);
      const spread = tf.sqrt(tf.mean(tf.square(tf.sub(probabilities, mean)), 1));
      const clean = probabilitiesOf(model, tf.squeeze(model.cleanLogits(params, ITEM), [1]));
      return tf.concat([clean, tf.exp(pooled), spread], 0);
    });
    const values = [...(await stacked.data())];
    stacked.dispose();
    const row = (i: number) => values.slice(i * classes.length, (i + 1) * classes.length);
    return { classes: [...classes], clean: row(0), pooled: row(1), spread: row(2) };
  } finally {
    theta.dispose();
    device.dispose();
  }
}
