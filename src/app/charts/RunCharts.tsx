import { useMemo } from "react";
import type { EpochRecord } from "../../shared/run-record.ts";
import type { CurrentRun, RecordedRun } from "../stores/current-run.ts";
import { decimate } from "../stores/decimate.ts";
import { formatLoss, formatPercent } from "../ui/format.ts";
import { epochAxis, horizon, niceAxis, quantile } from "./axis.ts";
import { ChartCard } from "./ChartCard.tsx";
import { LineChart } from "./LineChart.tsx";
import { accuracySentence, lossNote, lossSentence } from "./sentences.ts";
import { accuracySeries, lossSeries, overlaySeries, type Series } from "./series.ts";
import { useChartData } from "./use-chart-data.ts";

/** The curves of the current run, with chosen earlier ones over them. */
export default function RunCharts() {
  const { run, overlaid } = useChartData();
  return (
    <>
      <LossChart run={run} overlaid={overlaid} />
      <AccuracyChart run={run} overlaid={overlaid} />
    </>
  );
}

interface Props {
  run: CurrentRun | null;
  overlaid: readonly RecordedRun[];
}

/** Where the epoch axis ends: with the longest run drawn. */
const lastEpoch = (run: CurrentRun | null, overlaid: readonly RecordedRun[]): number =>
  Math.max(
    run ? horizon(run.experiment.epochs, run.lastStep?.epoch ?? 0) : 1,
    ...overlaid.map((other) => other.record.epochs.length),
  );

function LossChart({ run, overlaid }: Props) {
  const series = useMemo(
    () => [
      ...lossSeries(run?.series.points ?? [], run?.epochs ?? [], run?.stepsPerEpoch ?? 1),
      ...overlaySeries(overlaid, "loss", run?.experiment ?? null),
    ],
    [run?.series, run?.epochs, run?.stepsPerEpoch, run?.experiment, overlaid],
  );
  const hasValidation = run === null || run.dataset.validation > 0;
  const overlaidExperiments = overlaid.map(({ record }) => record.experiment);
  const sentence = run
    ? lossSentence(run.epochs, hasValidation) + lossNote(run.experiment, overlaidExperiments)
    : "How far the model is from the labels.";
  return (
    <ChartCard
      title="Loss"
      sentence={sentence}
      empty={run || overlaid.length > 0 ? null : "Press Train: the loss of every step appears here as it is computed."}
      columns={["epoch", "train", "validation"]}
      rows={rowsOf(run, ({ trainLoss, validationLoss }) => [trainLoss, validationLoss].map(cell(formatLoss)))}
    >
      <LineChart
        series={series}
        x={epochAxis(lastEpoch(run, overlaid))}
        y={lossAxis(series)}
        reference={null}
        label={`Loss. ${sentence}`}
        format={formatLoss}
      />
    </ChartCard>
  );
}

function AccuracyChart({ run, overlaid }: Props) {
  const k = run?.experiment.inference.k ?? 1;
  const series = useMemo(
    () => [...accuracySeries(run?.epochs ?? [], k), ...overlaySeries(overlaid, "accuracy", null)],
    [run?.epochs, k, overlaid],
  );
  const validation = run?.dataset.validation ?? 0;
  const sentence = run ? accuracySentence(run.epochs, validation, k) : "How many held-out items are right.";
  const axis = accuracyAxis(series);
  const baseline = run && validation > 0 ? majority(run) : null;
  // A baseline below all that is drawn would only squeeze the curves.
  const reference = baseline && baseline.y >= axis.min ? baseline : null;
  const nothingYet = run ? null : "Validation accuracy appears here after each epoch.";
  return (
    <ChartCard
      title="Validation accuracy"
      sentence={sentence}
      empty={run && validation === 0 ? "No validation set, so no line." : overlaid.length > 0 ? null : nothingYet}
      columns={["epoch", "one clean pass", `${k} passes pooled`, "macro F1"]}
      rows={rowsOf(run, (epoch) =>
        [epoch.validationAccuracy, epoch.validationPooledAccuracy, epoch.validationMacroF1].map(cell(formatPercent)),
      )}
    >
      <LineChart
        series={series}
        x={epochAxis(lastEpoch(run, overlaid))}
        y={axis}
        reference={reference}
        label={`Validation accuracy. ${sentence}`}
        format={formatPercent}
      />
    </ChartCard>
  );
}

const cell = (format: (value: number) => string) => (value: number | null) => (value === null ? "–" : format(value));

function rowsOf(run: CurrentRun | null, cells: (epoch: EpochRecord) => string[]): string[][] {
  return decimate(run?.epochs ?? [], (epoch) => epoch.trainLoss).map((epoch) => [String(epoch.epoch), ...cells(epoch)]);
}

/** From 0 to the largest loss of an epoch; a few wild first steps may run out at the top. */
function lossAxis(series: readonly Series[]) {
  const tops = series.map(({ faint, points }) => {
    const values = points.map((point) => point.y);
    return faint ? quantile(values, 0.98) : Math.max(0, ...values);
  });
  return niceAxis(0, Math.max(...tops, 0) || 1, 4);
}

/** Up to 1, from a round number below the lowest point. */
function accuracyAxis(series: readonly Series[]) {
  const values = series.flatMap(({ points }) => points.map((point) => point.y));
  const low = Math.min(0.5, ...values);
  return niceAxis(Math.floor(low * 5) / 5, 1, 4);
}

/** Accuracy of always answering with the most frequent class: what any model has to beat. */
function majority(run: CurrentRun): { y: number; name: string } {
  const largest = run.dataset.classes.reduce((best, entry) => (entry.train > best.train ? entry : best));
  return { y: largest.validation / run.dataset.validation, name: `always “${largest.name}”` };
}
