import { type Pooling, poolingMisfit } from "../../shared/plugins/poolings/index.ts";
import type { Level } from "../../shared/task.ts";
import type { Params } from "../models/model.ts";
import { initPooling } from "../poolings/index.ts";
import { Stream } from "../rng.ts";
import { tf } from "../tf.ts";

/** Every pooling card at telling parameters. */
export const TESTED_POOLINGS: readonly Pooling[] = [
  { id: "mean" },
  { id: "max" },
  { id: "log-mean-exp", t: 2 },
  { id: "min" },
  { id: "generalized-mean", p: 3 },
  { id: "median" },
  { id: "trimmed-mean", share: 0.3 },
  { id: "attention", width: 5 },
];

/** Every pair of the levels and the tested poolings that makes sense. */
export const sensiblePairs = <L extends Level>(levels: readonly L[]) =>
  levels.flatMap((level) =>
    TESTED_POOLINGS.filter(({ id }) => poolingMisfit(id, level) === null).map((pooling) => ({
      level,
      pooling,
      id: pooling.id,
    })),
  );

/** The pooling's own first weights on the device, three times as large as in training, so that they tell. */
export function poolingParams(choice: Pooling, dim: number): Params {
  const entries = Object.entries(initPooling(choice, dim, new Stream(3, "init")));
  return Object.fromEntries(
    entries.map(([name, { shape, values }]) => [
      name,
      tf.tensor(
        values.map((v) => 3 * v),
        [...shape],
      ),
    ]),
  );
}
