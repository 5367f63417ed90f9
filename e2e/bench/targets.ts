import { join } from "node:path";
import { chosenGpu } from "../../src/cli/chromium.ts";
import { PROJECT } from "../../src/cli/project.ts";
import { openStudio, type Studio } from "../../src/cli/studio.ts";
import { backendOf, mean, sampleDeviation, type TestedRecord, trainOverSeeds } from "./over-seeds.ts";
import { type BenchContext, type BenchResult, passOrFail } from "./result.ts";

const FOLDER = join(PROJECT, "e2e", "fixtures", "targets");

/** Test accuracies of one clean pass, as a mean over seeds 1 to `seeds`. */
const TARGETS: Record<string, { seeds: number; accuracy: number }> = {
  penguins: { seeds: 5, accuracy: 0.98 },
  "digits-10-per-class": { seeds: 10, accuracy: 0.865 },
  "digits-all": { seeds: 5, accuracy: 0.94 },
  "snips-10-per-class": { seeds: 5, accuracy: 0.92 },
  "snips-all": { seeds: 3, accuracy: 0.975 },
  "fashion-10-per-class": { seeds: 5, accuracy: 0.7 },
  "fashion-100-per-class": { seeds: 3, accuracy: 0.8 },
};

interface Outcome {
  readonly experiment: string;
  readonly target: number;
  readonly mean: number;
  readonly sd: number;
  readonly accuracies: readonly number[];
  readonly pooledMean: number;
  readonly trainItems: number;
  readonly testItems: number;
  readonly msPerStep: number;
  readonly backend: string;
}

/** Trains every target's experiment over its seeds and compares its mean test accuracy with the target. */
export async function targets(context: BenchContext): Promise<BenchResult> {
  const studio = await openStudio("#headless", chosenGpu());
  const outcomes: Outcome[] = [];
  const problems: { experiment: string; problem: string }[] = [];
  try {
    for (const [name, target] of Object.entries(TARGETS)) {
      try {
        outcomes.push(await overSeeds(studio, name, target, context));
      } catch (error) {
        problems.push({ experiment: name, problem: (error as Error).message });
        context.tell((error as Error).message);
      }
    }
  } finally {
    await studio.close();
  }
  const percent = (value: number): string => (100 * value).toFixed(2);
  return {
    columns: ["experiment", "seeds", "train", "test", "accuracy %", "sd", "pooled %", "target %", ""],
    rows: [
      ...outcomes.map((one) => [
        one.experiment,
        String(one.accuracies.length),
        String(one.trainItems),
        String(one.testItems),
        percent(one.mean),
        percent(one.sd),
        percent(one.pooledMean),
        percent(one.target),
        passOrFail(one.mean >= one.target),
      ]),
      ...problems.map(({ experiment }) => [experiment, "", "", "", "", "", "", "", "could not run"]),
    ],
    passed: problems.length === 0 && outcomes.every(({ mean, target }) => mean >= target),
    backend: [...new Set(outcomes.map(({ backend }) => backend))].join("; "),
    figures: { outcomes, problems },
  };
}

async function overSeeds(
  { page }: Studio,
  name: string,
  { seeds, accuracy }: { seeds: number; accuracy: number },
  context: BenchContext,
): Promise<Outcome> {
  const path = join(FOLDER, `${name}.json`);
  const records = await trainOverSeeds(page, path, [], context.seeds ?? seeds, context, ({ test }, seed) =>
    context.tell(`${name}, seed ${seed}: ${test.accuracy.toFixed(4)}`),
  );
  const accuracies = records.map(({ test }) => test.accuracy);
  const [first] = records as [TestedRecord];
  return {
    experiment: name,
    target: accuracy,
    mean: mean(accuracies),
    sd: sampleDeviation(accuracies),
    accuracies,
    pooledMean: mean(records.map(({ testPooled }) => testPooled.accuracy)),
    trainItems: first.dataset.train,
    testItems: first.dataset.test,
    msPerStep: mean(records.map(({ timing }) => timing.msPerStep)),
    backend: backendOf(first),
  };
}
