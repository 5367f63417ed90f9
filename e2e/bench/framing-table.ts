import type { Level } from "../../src/shared/task.ts";

/** A mean over seeds in per cent, and its deviation where the method gives one. */
type Figure = readonly [mean: number, sd?: number];

/** What the method's own measurement says of an objective, in per cent. */
export interface Published {
  readonly accuracy: Figure;
  readonly calibrationError: Figure;
  readonly noisyPass: Figure;
  readonly wrongLabels: Figure;
}

/** A row of the method's table. */
export interface Objective {
  readonly name: string;
  readonly level: Level;
  readonly pooling: "mean" | "max";
  readonly k: number;
  /** Times the 400 steps of the others. */
  readonly times: number;
  readonly published: Published;
}

const published = (accuracy: Figure, calibrationError: number, noisyPass: number, wrongLabels: Figure): Published => ({
  accuracy,
  calibrationError: [calibrationError],
  noisyPass: [noisyPass],
  wrongLabels,
});

const plain = { level: "loss", pooling: "mean", k: 1 } as const;
const repeated = { k: 16, times: 1 } as const;

/**
 * The method's table: digits with 10 labels a class, 10 seeds, 400 steps; a network of 64, 64 and 10 units, dropout .5,
 * gaussian noise of .25, batches of 20, Adam at 3e-3. With K = 1 every level and pooling is the same.
 */
export const FRAMING: readonly Objective[] = [
  { name: "K = 1", ...plain, times: 1, published: published([86.4, 1.7], 6.6, 71.4, [68.7, 5.2]) },
  { name: "K = 1, 4 times the steps", ...plain, times: 4, published: published([88.0, 1.6], 3.6, 75.0, [67.1, 4.5]) },
  { name: "K = 1, 16 times the steps", ...plain, times: 16, published: published([88.2, 1.8], 6.4, 75.5, [64.3, 4.5]) },
  {
    name: "mean loss, K = 16",
    ...repeated,
    level: "loss",
    pooling: "mean",
    published: published([87.6, 1.5], 3.0, 74.5, [68.4, 4.7]),
  },
  {
    name: "mean probability, K = 16",
    ...repeated,
    level: "probabilities",
    pooling: "mean",
    published: published([87.3, 1.4], 2.9, 73.0, [65.7, 4.4]),
  },
  {
    name: "mean logit, K = 16",
    ...repeated,
    level: "logits",
    pooling: "mean",
    published: published([87.2, 1.7], 3.0, 63.4, [60.0, 4.3]),
  },
  {
    name: "max logit, K = 16",
    ...repeated,
    level: "logits",
    pooling: "max",
    published: published([86.5, 2.0], 5.9, 63.9, [62.7, 5.3]),
  },
  {
    name: "hardest pass, K = 16",
    ...repeated,
    level: "loss",
    pooling: "max",
    published: published([81.5, 2.0], 16.0, 70.4, [14.0, 10.6]),
  },
];
