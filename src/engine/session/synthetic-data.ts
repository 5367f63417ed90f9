import { Stream } from "../rng.ts";
import type { NetworkData } from "../train/device-data.ts";
import { rowSize } from "../train/network.ts";

/** What decides the shapes of a training step, apart from the experiment. */
export type DataShape = Pick<NetworkData, "input" | "views" | "scale" | "numClasses" | "stdDevs" | "emptyRow">;

/** Random items of a shape, of every class in turn in runs of `groupSize`, for steps of which only the time counts. */
export function syntheticData(shape: DataShape, items: number, groupSize: number): NetworkData {
  const { input, views, scale, numClasses } = shape;
  const length = items * (1 + views) * rowSize(input);
  const stream = new Stream(1, "sample");
  const vocabulary = input.tuned?.reader?.vocabulary ?? 1;
  return {
    ...shape,
    values:
      input.modality === "tokens"
        ? Float32Array.from({ length }, () => stream.below(vocabulary))
        : scale === 1
          ? Float32Array.from({ length }, () => stream.normal())
          : Uint8Array.from({ length }, () => stream.below(256)),
    rowOf: Int32Array.from({ length: items }, (_, item) => item * (1 + views)),
    labels: Int32Array.from({ length: items }, (_, item) => Math.floor(item / groupSize) % numClasses),
  };
}
