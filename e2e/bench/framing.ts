import { join } from "node:path";
import type { Page } from "@playwright/test";
import { chosenGpu } from "../../src/cli/chromium.ts";
import { PROJECT } from "../../src/cli/project.ts";
import { openStudio } from "../../src/cli/studio.ts";
import { FRAMING, type Objective, type Published } from "./framing-table.ts";
import { backendOf, mean, sampleDeviation, type TestedRecord, trainOverSeeds } from "./over-seeds.ts";
import type { BenchContext, BenchResult } from "./result.ts";

/** The reference setting: digits, 10 labels a class, 5 batches of 20 an epoch, 80 epochs, no validation split. */
const EXPERIMENT = join(PROJECT, "e2e", "fixtures", "targets", "digits-10-per-class.json");
const EPOCHS = 80;
const SEEDS = 10;

/** This share of the training labels is wrong in the last column. */
const WRONG_LABELS = 0.36;

const COLUMNS: Record<keyof Published, string> = {
  accuracy: "accuracy",
  calibrationError: "calibration error",
  noisyPass: "one noisy pass",
  wrongLabels: `${100 * WRONG_LABELS}% wrong labels`,
};

/** A figure of ours beside the method's, all in per cent. */
interface Comparison {
  readonly values: readonly number[];
  readonly mean: number;
  readonly sd: number;
  readonly published: number;
  /** The method's own deviation; null where it gives none, and ours is the measure. */
  readonly publishedSd: number | null;
  readonly differs: boolean;
}

interface Row {
  readonly objective: string;
  readonly steps: number;
  readonly columns: Record<keyof Published, Comparison>;
  readonly backend: string;
}

/** Trains every objective of the method's table over its seeds, with true and with wrong labels, and compares. */
export async function framing(context: BenchContext): Promise<BenchResult> {
  const studio = await openStudio("#headless", chosenGpu());
  const rows: Row[] = [];
  try {
    for (const objective of FRAMING) rows.push(await rowOf(studio.page, objective, context));
  } finally {
    await studio.close();
  }
  const names = Object.keys(COLUMNS) as (keyof Published)[];
  return {
    columns: ["objective", "steps", ...names.flatMap((name) => [`${COLUMNS[name]} %`, "method", ""])],
    rows: rows.map(({ objective, steps, columns }) => [
      objective,
      String(steps),
      ...names.flatMap((name) => cells(columns[name])),
    ]),
    passed: rows.every(({ columns }) => Object.values(columns).every(({ differs }) => !differs)),
    backend: [...new Set(rows.map(({ backend }) => backend))].join("; "),
    figures: rows,
  };
}

async function rowOf(page: Page, { name, level, pooling, k, times, published }: Objective, context: BenchContext) {
  const set = [
    ["repeat.k", k],
    ["aggregate", { level, pooling: { id: pooling } }],
    // One pass with noise; one without is always scored beside it.
    ["inference.k", 1],
    ["epochs", EPOCHS * times],
  ] as const;
  const run = (labelNoise: number): Promise<TestedRecord[]> => {
    const noted = [...set, ["data.labelNoise", labelNoise] as const];
    return trainOverSeeds(page, EXPERIMENT, noted, context.seeds ?? SEEDS, context, ({ test, testPooled }, seed) =>
      context.tell(
        `${name}, ${labelNoise} wrong, seed ${seed}: ${test.accuracy.toFixed(4)}, ` +
          `calibration error ${test.expectedCalibrationError.toFixed(4)}, noisy ${testPooled.accuracy.toFixed(4)}`,
      ),
    );
  };
  const records = await run(0);
  const misled = await run(WRONG_LABELS);
  const [first] = records as [TestedRecord];
  const measured: Record<keyof Published, readonly number[]> = {
    accuracy: records.map(({ test }) => test.accuracy),
    calibrationError: records.map(({ test }) => test.expectedCalibrationError),
    noisyPass: records.map(({ testPooled }) => testPooled.accuracy),
    wrongLabels: misled.map(({ test }) => test.accuracy),
  };
  const column = (at: keyof Published): Comparison => compare(measured[at], published[at]);
  return {
    objective: name,
    steps: first.steps.length,
    columns: {
      accuracy: column("accuracy"),
      calibrationError: column("calibrationError"),
      noisyPass: column("noisyPass"),
      wrongLabels: column("wrongLabels"),
    },
    backend: backendOf(first),
  };
}

/** Our shares over seeds beside the method's per cents: they differ by more than its deviation, or ours, or do not. */
function compare(shares: readonly number[], [published, given]: Published[keyof Published]): Comparison {
  const publishedSd = given ?? null;
  const values = shares.map((share) => 100 * share);
  const centre = mean(values);
  const sd = sampleDeviation(values);
  const differs = Math.abs(centre - published) > (publishedSd ?? sd);
  return { values, mean: centre, sd, published, publishedSd, differs };
}

/** Ours, the method's, and how far ours lies from it where that is more than one deviation. */
function cells({ mean: ours, sd, published, publishedSd, differs }: Comparison): string[] {
  const withSd = (value: number, deviation: number | null): string =>
    deviation === null ? value.toFixed(1) : `${value.toFixed(1)} ± ${deviation.toFixed(1)}`;
  const apart = ours - published;
  return [
    withSd(ours, sd),
    withSd(published, publishedSd),
    differs ? `${apart < 0 ? "−" : "+"}${Math.abs(apart).toFixed(1)}` : "",
  ];
}
