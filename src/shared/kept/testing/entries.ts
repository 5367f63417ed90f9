import { type Experiment, type ExperimentFile, parseExperiment } from "../../experiment.ts";
import type { RunEntry, RunEntryStatus, RunFigures } from "../run-entry.ts";

const SEEDS = 5;
const KS = [1, 4, 8, 16];
const POOLINGS = ["mean", "max", "log-mean-exp"] as const;
const RATES = [0.01, 0.003, 0.001];
const WIDTHS = [[32], [64, 32]];

const FILE: ExperimentFile = {
  version: 1,
  task: "tabular-classification",
  data: { train: "sample:penguins", label: "Species" },
};

/** mulberry32: the same seed gives the same runs. */
function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** The `index`-th configuration of a grid, the same for all of its seeds. */
function configuration(index: number): Experiment {
  const [k, id] = [pick(KS, index), pick(POOLINGS, Math.floor(index / KS.length))];
  const rate = pick(RATES, Math.floor(index / (KS.length * POOLINGS.length)));
  return parseExperiment({
    ...FILE,
    backbone: { id: "mlp", hidden: pick(WIDTHS, Math.floor(index / 36)) },
    repeat: { k, noises: [{ id: "gaussian", site: "input", stdDev: 0.1 + 0.05 * (Math.floor(index / 72) % 10) }] },
    aggregate: { level: "logits", pooling: { id } },
    optimizer: { id: "adam", learningRate: rate },
  });
}

/** A run as a list holds it; what is not said is a finished run of the built-in sample. */
export function entry(change: Partial<RunEntry> & { file?: Partial<ExperimentFile> } = {}): RunEntry {
  const { file, ...rest } = change;
  return {
    runId: "run-1",
    name: "Run 1",
    notes: "",
    tags: [],
    startedAt: "2026-11-29T10:00:00.000Z",
    status: "finished",
    reason: null,
    backend: "auto",
    experiment: parseExperiment({ ...FILE, ...file }),
    source: { name: "Penguins", contentId: "sample:penguins" },
    sweep: null,
    figures: figures(0.9),
    checkpoint: null,
    hasWeights: true,
    kept: true,
    bytes: 40_000,
    ...rest,
  };
}

/** Figures of a run that got this share of 69 test items right. */
export function figures(accuracy: number, change: Partial<RunFigures> = {}): RunFigures {
  const scores = { loss: 1.2 * (1 - accuracy), accuracy, macroF1: accuracy - 0.02, expectedCalibrationError: 0.05 };
  return {
    backend: { name: "wasm", adapter: "" },
    dataset: { train: 206, validation: 69, test: 69, sha256: "5".repeat(64), classes: 3 },
    epochs: 30,
    steps: 210,
    passes: 210 * 32 * 8,
    trainLoss: 0.9 * (1 - accuracy),
    validationLoss: 1.1 * (1 - accuracy),
    validationAccuracy: accuracy,
    validationMacroF1: accuracy - 0.02,
    test: scores,
    testPooled: { ...scores, accuracy: Math.min(1, accuracy + 0.01) },
    parameters: 387,
    trainableParameters: 387,
    totalMs: 4_200,
    msPerStep: 12.5,
    ...change,
  };
}

/** `count` plausible runs of a grid over K, f, learning rate and noise, five seeds each; some still go on or failed. */
export function entries(count: number, seed = 1): RunEntry[] {
  const draw = stream(seed);
  const configurations = Array.from({ length: Math.ceil(count / SEEDS) }, (_, index) => configuration(index));
  const start = Date.parse("2026-11-01T08:00:00.000Z");
  return Array.from({ length: count }, (_, index) => {
    const experiment = { ...pick(configurations, Math.floor(index / SEEDS)), seed: 1 + (index % SEEDS) };
    const status = statusOf(draw());
    const ended = status === "finished" || status === "stopped";
    return entry({
      runId: `run-${index + 1}`,
      name: `Run ${index + 1}`,
      startedAt: new Date(start + index * 90_000).toISOString(),
      status,
      reason: status === "failed" ? "The loss is no longer a number." : null,
      experiment,
      tags: index % 7 === 0 ? ["baseline"] : [],
      notes: index % 50 === 0 ? "Looks promising" : "",
      figures: ended ? figures(0.82 + 0.15 * draw(), { passes: 210 * 32 * experiment.repeat.k }) : null,
    });
  });
}

function statusOf(draw: number): RunEntryStatus {
  if (draw < 0.02) return "failed";
  if (draw < 0.04) return "interrupted";
  return draw < 0.07 ? "stopped" : "finished";
}
