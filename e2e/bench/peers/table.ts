import { passOrFail, type Table } from "../result.ts";
import type { Goal } from "./goal.ts";
import { cleanDifference } from "./goals.ts";
import type { Measured } from "./measure.ts";
import { flopsPerStep } from "./workloads.ts";

/** Floating-point operations a second that a row's products and convolutions came to, in 10^9. */
export const gflops = ({ workload, k, msPerStep }: Measured): number | null =>
  msPerStep === null ? null : flopsPerStep(workload, k) / msPerStep / 1e6;

const COLUMNS = [
  "workload",
  "K",
  "engine",
  "ms",
  "x refrain-webgpu",
  "JS ms",
  "dispatches",
  "submits",
  "buffers",
  "upload kB",
  "readbacks",
  "peak MB",
  "GFLOP/s",
  "of matmul %",
  "loss",
  "difference",
  "steps",
  "",
];

/** @param matmul the adapter's best rate in GFLOP/s; null where no engine on WebGPU took part */
export function peersTable(rows: readonly Measured[], matmul: number | null): Table {
  return { columns: COLUMNS, rows: rows.map((row) => cells(row, rows, matmul)) };
}

function cells(row: Measured, all: readonly Measured[], matmul: number | null): string[] {
  const cell = all.filter(({ workload, k }) => workload === row.workload && k === row.k);
  const ours = cell.find(({ engine }) => engine === "refrain-webgpu")?.msPerStep;
  const { counts, msPerStep, jsMsPerStep, loss, cleanLosses } = row;
  const onGpu = counts !== null && counts.dispatches > 0;
  const rate = gflops(row);
  return [
    row.workload,
    String(row.k),
    row.engine,
    short(msPerStep),
    short(msPerStep && ours ? msPerStep / ours : null),
    short(jsMsPerStep),
    ...(onGpu
      ? [
          short(counts.dispatches),
          short(counts.submits),
          short(counts.bufferCreations),
          short(counts.uploadBytes / 1e3),
          short(counts.readbacks),
          short(counts.peakDeviceBytes / 1e6),
        ]
      : ["", "", "", "", "", ""]),
    short(rate),
    short(onGpu && rate !== null && matmul ? (100 * rate) / matmul : null),
    loss === null ? "" : loss.toFixed(4),
    cleanLosses.length === 0 ? "" : cleanDifference(row, cell).toExponential(0),
    String(row.stepsTimed),
    row.problem ?? row.about ?? "",
  ];
}

/** Three digits, and no more of them than there are before the point. */
function short(value: number | null): string {
  if (value === null) return "";
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3).replace(/[.]?0+$/, "");
}

export function goalsTable(goals: readonly Goal[]): Table {
  return {
    columns: ["goal", "limit", "measured", ""],
    rows: goals.map(({ goal, limit, value, passed }) => [
      goal,
      limit,
      value === null ? "could not run" : value.toPrecision(3),
      passOrFail(passed),
    ]),
  };
}
