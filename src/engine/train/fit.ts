import { type Experiment, ExperimentError } from "../../shared/experiment.ts";
import { chosenLayers, repeatsBackbone } from "../../shared/noise-misfits.ts";
import { maxTensorBytes, maxTotalBytes } from "../tf.ts";
import type { Network } from "./network.ts";

const BYTES = 4;

/**
 * Refuses noise at a hidden layer that the model lacks: how many a model by name has is known once it is loaded.
 * @throws ExperimentError at the noise's layers
 */
export function refuseMissingLayers(
  { repeat, head }: Pick<Experiment, "repeat" | "head">,
  { numHiddenBackbone }: Pick<Network, "numHiddenBackbone">,
): void {
  const count = numHiddenBackbone + head.hidden.length;
  for (const [i, noise] of repeat.noises.entries()) {
    const beyond = chosenLayers(noise).find((layer) => layer > count);
    if (beyond === undefined) continue;
    const message = `there is no hidden layer ${beyond}: this model has ${count}.`;
    throw new ExperimentError([{ path: `repeat.noises.${i}.layers`, message }]);
  }
}

/** What a backend holds, in bytes. */
interface Limits {
  readonly tensor: number;
  readonly total: number;
}

/**
 * Refuses a step whose largest tensor, batch * K rows of the network's widest activation in float32, is larger than the
 * backend holds, or whose activations and gradients together are; and says what would fit.
 * @throws ExperimentError at `repeat.k`, or at `batchSize` where the backbone sees each sample once
 */
export function refuseWhatCannotFit(
  experiment: Experiment,
  { widest, held }: Pick<Network, "widest" | "held">,
  limits: Limits = { tensor: maxTensorBytes(), total: maxTotalBytes() },
): void {
  const { batchSize, repeat } = experiment;
  refuse({ k: repeat.k, batchSize }, widest * BYTES, limits.tensor, "a tensor of");
  const k = repeatsBackbone(experiment) ? repeat.k : 1;
  refuse({ k, batchSize }, held * BYTES, limits.total, "about");
}

/** @param perRow bytes */
function refuse({ k, batchSize }: { k: number; batchSize: number }, perRow: number, limit: number, what: string): void {
  const bytes = batchSize * k * perRow;
  if (bytes <= limit) return;
  const rows = Math.floor(limit / perRow);
  const megabytes = (size: number): string => `${Math.ceil(size / 1e6).toLocaleString("en-US")} MB`;
  const [mostK, mostBatch] = [k > 1 ? Math.floor(rows / batchSize) : 0, Math.floor(rows / k)];
  const ways = [mostK >= 1 && `K of at most ${mostK}`, mostBatch >= 1 && `a batch of at most ${mostBatch}`];
  const fitting = ways.filter(Boolean).join(", or ");
  const fits = fitting ? `${fitting}, would fit.` : "Even one pass of one sample would not fit.";
  const step = k > 1 ? `K = ${k} on a batch of ${batchSize}` : `A batch of ${batchSize}`;
  throw new ExperimentError([
    {
      path: k > 1 ? "repeat.k" : "batchSize",
      message: `${step} needs ${what} ${megabytes(bytes)}, and this backend holds ${megabytes(limit)} at most. ${fits[0]?.toUpperCase()}${fits.slice(1)}`,
    },
  ]);
}
