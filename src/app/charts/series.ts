import type { Experiment } from "../../shared/experiment.ts";
import { objectiveWords } from "../../shared/objective-words.ts";
import type { EpochRecord, StepRecord } from "../../shared/run-record.ts";
import type { RecordedRun } from "../stores/current-run.ts";
import { decimate } from "../stores/decimate.ts";

export interface Point {
  x: number;
  y: number;
}

/** How far values spread around a line at one place. */
export interface Spread {
  x: number;
  low: number;
  high: number;
}

/** One line of a chart. Hue and dash both tell it from the others. */
export interface Series {
  id: string;
  name: string;
  /** Number of a series colour of the design, 1 to 6. */
  hue: number;
  dash: string;
  /** Faint lines have no label of their own: they go with the line of the same hue. */
  faint: boolean;
  points: readonly Point[];
  /** Shaded around the line; left out where there is no spread to tell. */
  band?: readonly Spread[];
}

const SOLID = "";
const OVERLAY_DASHES = ["2 3", "8 3 2 3", "1 4", "10 4"] as const;
const FIRST_OVERLAY_HUE = 3;
const OVERLAY_HUES = 4;

const line = (id: string, name: string, hue: number, dash: string, points: readonly Point[]): Series => ({
  id,
  name,
  hue,
  dash,
  faint: false,
  points: decimate(points, (point) => point.y),
});

const epochPoints = (epochs: readonly EpochRecord[], value: (epoch: EpochRecord) => number | null): Point[] =>
  epochs.flatMap((epoch) => {
    const y = value(epoch);
    return y === null || !Number.isFinite(y) ? [] : [{ x: epoch.epoch, y }];
  });

/** Loss per step (faint), its epoch mean, and the validation loss where there is one. */
export function lossSeries(
  steps: readonly StepRecord[],
  epochs: readonly EpochRecord[],
  stepsPerEpoch: number,
): Series[] {
  const perEpoch = Math.max(1, stepsPerEpoch);
  const stepPoints = steps.flatMap(({ step, loss }) =>
    Number.isFinite(loss) ? [{ x: step / perEpoch, y: loss }] : [],
  );
  const validation = epochPoints(epochs, (epoch) => epoch.validationLoss);
  return [
    { id: "steps", name: "each step", hue: 1, dash: SOLID, faint: true, points: stepPoints },
    line(
      "train",
      "train",
      1,
      SOLID,
      epochPoints(epochs, (epoch) => epoch.trainLoss),
    ),
    ...(validation.length > 0 ? [line("validation", "validation", 2, "6 3", validation)] : []),
  ];
}

/** Validation accuracy of one clean pass, and of K' passes pooled. */
export function accuracySeries(epochs: readonly EpochRecord[], k: number): Series[] {
  const clean = epochPoints(epochs, (epoch) => epoch.validationAccuracy);
  const pooled = epochPoints(epochs, (epoch) => epoch.validationPooledAccuracy);
  return [
    line("clean", "one clean pass", 1, SOLID, clean),
    ...(pooled.length > 0 && k > 1 ? [line("pooled", `${k} pooled`, 2, "6 3", pooled)] : []),
  ];
}

/**
 * Earlier runs to draw over: validation where they have it, training where they do not. A loss of another objective
 * than the current run's says so in its name.
 */
export function overlaySeries(
  runs: readonly RecordedRun[],
  metric: "loss" | "accuracy",
  current: Experiment | null,
): Series[] {
  return runs.map(({ runId, name, record }, index) => {
    const validated = record.epochs.some((epoch) => epoch.validationLoss !== null);
    const value = (epoch: EpochRecord) =>
      metric === "accuracy" ? epoch.validationAccuracy : validated ? epoch.validationLoss : epoch.trainLoss;
    const words = objectiveWords(record.experiment);
    const other = current && objectiveWords(current) !== words ? ` ${words}` : "";
    const what = metric === "loss" ? `${validated ? ", validation" : ", train"}${other}` : "";
    const dash = OVERLAY_DASHES[index % OVERLAY_DASHES.length] as string;
    return line(
      runId,
      `${name}${what}`,
      FIRST_OVERLAY_HUE + (index % OVERLAY_HUES),
      dash,
      epochPoints(record.epochs, value),
    );
  });
}
