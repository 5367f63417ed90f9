import type { Experiment } from "../../shared/experiment.ts";
import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { parameterFields } from "../../shared/plugins/card.ts";
import { NOISES } from "../../shared/plugins/noises/index.ts";

/** A run as the table compares it. Scores are undefined without a test set, so that they sort last. */
export interface RunRow {
  runId: string;
  name: string;
  k: number;
  level: string;
  pooling: string;
  noises: string;
  backbone: string;
  epochs: number;
  seed: number;
  /** One clean pass over the test items. */
  accuracy: number | undefined;
  /** K' passes pooled with f'. */
  pooledAccuracy: number | undefined;
  macroF1: number | undefined;
  calibrationError: number | undefined;
  totalMs: number | undefined;
}

export function rowOf({ runId, name, experiment, figures }: RunEntry): RunRow {
  const { test, testPooled } = figures ?? {};
  return {
    runId,
    name,
    k: experiment.repeat.k,
    level: experiment.aggregate.level,
    pooling: experiment.aggregate.pooling.id,
    noises: noiseWords(experiment),
    backbone: experiment.backbone.id,
    epochs: figures?.epochs ?? 0,
    seed: experiment.seed,
    accuracy: test?.accuracy,
    pooledAccuracy: testPooled?.accuracy,
    macroF1: test?.macroF1,
    calibrationError: test?.expectedCalibrationError,
    totalMs: figures?.totalMs,
  };
}

/** `gaussian 0.2, dropout 0.5`: each noise with its first number. */
export function noiseWords({ repeat }: Pick<Experiment, "repeat">): string {
  const words = repeat.noises.map((noise) => {
    const card = NOISES.find(({ id }) => id === noise.id);
    const field = card && parameterFields(card.parameters).find(({ kind }) => kind === "number" || kind === "integer");
    const value = field && (noise as Record<string, unknown>)[field.name];
    return value === undefined ? noise.id : `${noise.id} ${String(value)}`;
  });
  return words.join(", ") || "none";
}
