import { type Experiment, ExperimentError } from "../../shared/experiment.ts";
import { maxTensorBytes } from "../tf.ts";
import type { Network } from "./network.ts";

const BYTES = 4;

/**
 * Refuses a step whose largest tensor, batch * K rows of the network's widest activation in float32, is larger than the
 * backend holds, and says what would fit.
 * @throws ExperimentError at `repeat.k`
 */
export function refuseWhatCannotFit(
  { batchSize, repeat }: Pick<Experiment, "batchSize" | "repeat">,
  { widest }: Pick<Network, "widest">,
  limit: number = maxTensorBytes(),
): void {
  const bytes = batchSize * repeat.k * widest * BYTES;
  if (bytes <= limit) return;
  const rows = Math.floor(limit / (widest * BYTES));
  const megabytes = (size: number): string => `${Math.ceil(size / 1e6).toLocaleString("en-US")} MB`;
  const [k, batch] = [Math.floor(rows / batchSize), Math.floor(rows / repeat.k)];
  const ways = [k >= 1 && `K of at most ${k}`, batch >= 1 && `a batch of at most ${batch}`].filter(Boolean);
  const fits = ways.length > 0 ? `${ways.join(", or ")}, would fit.` : "Even one pass of one sample would not fit.";
  throw new ExperimentError([
    {
      path: "repeat.k",
      message: `K = ${repeat.k} on a batch of ${batchSize} needs a tensor of ${megabytes(bytes)}, and this backend holds ${megabytes(limit)} at most. ${fits}`,
    },
  ]);
}
