import { chosenGpu } from "../../src/cli/chromium.ts";
import { openStudio } from "../../src/cli/studio.ts";
import { trainOnce } from "../../src/cli/train-once.ts";
import type { ExperimentFile } from "../../src/shared/experiment.ts";
import type { BackendChoice } from "../../src/shared/task.ts";
import { type BenchContext, type BenchResult, passOrFail } from "./result.ts";

const STEPS = 50;

/** 206 rows in batches of 32 are 7 steps an epoch; noise at two sites, so that every random stream is drawn from. */
const EXPERIMENT: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "sample:penguins", label: "Species" },
  backbone: { id: "mlp", hidden: [32] },
  repeat: {
    k: 4,
    noises: [
      { id: "gaussian", site: "input", stdDev: 0.5 },
      { id: "dropout", site: "hidden", rate: 0.5 },
    ],
  },
  aggregate: { level: "probabilities", pooling: { id: "mean" } },
  optimizer: { id: "adam", learningRate: 0.003 },
  epochs: 8,
  seed: 7,
};

/** Pairs of backends whose losses are compared, and the largest relative difference allowed. */
const PAIRS: readonly { first: BackendChoice; second: BackendChoice; most: number }[] = [
  { first: "wasm", second: "wasm", most: 0 },
  { first: "webgpu", second: "webgpu", most: 0 },
  { first: "webgpu", second: "cpu", most: 1e-3 },
  { first: "wasm", second: "cpu", most: 1e-3 },
];

/** Trains the same experiment again and elsewhere, and compares the losses step by step. */
export async function determinism({ tell }: BenchContext): Promise<BenchResult> {
  const studio = await openStudio("#headless", chosenGpu());
  const adapters = new Set<string>();
  const lossesOn = async (backend: BackendChoice): Promise<number[]> => {
    await studio.page.reload();
    const { record } = await trainOnce(studio.page, EXPERIMENT, [], backend);
    if (record.backend.name !== backend)
      throw new Error(`${backend} is not to be had here; the engine took ${record.backend.name}.`);
    if (record.backend.adapter) adapters.add(record.backend.adapter);
    tell(`determinism: trained on ${backend}`);
    return record.steps.slice(0, STEPS).map(({ loss }) => loss);
  };
  try {
    const results = [];
    for (const { first, second, most } of PAIRS) {
      const [a, b] = [await lossesOn(first), await lossesOn(second)];
      if (a.length < STEPS || b.length < STEPS) throw new Error(`There are fewer than ${STEPS} steps.`);
      const differences = a.map((loss, i) => Math.abs(loss - (b[i] as number)) / Math.abs(loss));
      const largest = Math.max(...differences);
      results.push({ first, second, most, largest, atStep: differences.indexOf(largest) + 1, lastLoss: a.at(-1) });
    }
    return {
      columns: ["backends", "steps", "largest relative difference", "at step", "allowed", ""],
      rows: results.map(({ first, second, most, largest, atStep }) => [
        `${first}, ${second}`,
        String(STEPS),
        largest.toExponential(2),
        largest === 0 ? "-" : String(atStep),
        String(most),
        passOrFail(largest <= most),
      ]),
      passed: results.every(({ largest, most }) => largest <= most),
      backend: [...adapters].join("; ") || null,
      figures: { steps: STEPS, results },
    };
  } finally {
    await studio.close();
  }
}
