import type { Experiment } from "../../shared/experiment.ts";
import { PADDING } from "../features/token-data.ts";
import { Stream } from "../rng.ts";
import type { NetworkData } from "../train/device-data.ts";
import { usualLengths } from "../train/lengths.ts";
import { rowSize } from "../train/network.ts";

/** What decides the shapes of a training step, apart from the experiment. */
export type DataShape = Pick<
  NetworkData,
  "input" | "views" | "scale" | "numClasses" | "stdDevs" | "emptyRow" | "tokenCounts"
>;

/** Tokens that training batches of a shape often need, the most frequent first; one length alone where rows are read whole. */
export function lengthsOf({ input, views, tokenCounts }: DataShape, { batchSize, repeat }: Experiment): number[] {
  const longest = rowSize(input);
  return tokenCounts ? usualLengths({ tokenCounts, views, longest }, batchSize, repeat.k) : [longest];
}

/**
 * Random items of a shape, of every class in turn in runs of `groupSize`, for steps of which only the time counts.
 * @param lengths so many items have rows of each length, one length after the other
 */
export function syntheticData(
  shape: DataShape,
  items: number,
  groupSize: number,
  lengths: readonly number[],
): NetworkData {
  const { input, views, scale, numClasses } = shape;
  const size = rowSize(input);
  const rows = items * (1 + views);
  const all = items * lengths.length;
  const length = rows * lengths.length * size;
  const stream = new Stream(1, "sample");
  const vocabulary = input.tuned?.reader?.vocabulary ?? 1;
  const tokensOf = (row: number): number => lengths[Math.floor(row / rows)] as number;
  return {
    ...shape,
    values:
      input.modality === "tokens"
        ? Float32Array.from({ length }, (_, i) =>
            i % size < tokensOf(Math.floor(i / size)) ? stream.below(vocabulary) : PADDING,
          )
        : scale === 1
          ? Float32Array.from({ length }, () => stream.normal())
          : Uint8Array.from({ length }, () => stream.below(256)),
    ...(shape.tokenCounts && {
      tokenCounts: Int32Array.from({ length: rows * lengths.length }, (_, row) => tokensOf(row)),
    }),
    rowOf: Int32Array.from({ length: all }, (_, item) => item * (1 + views)),
    labels: Int32Array.from({ length: all }, (_, item) => Math.floor((item % items) / groupSize) % numClasses),
  };
}
