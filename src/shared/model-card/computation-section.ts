import { BACKEND_NAMES, figuresSentence } from "../backend-words.ts";
import { formatCount, formatDuration, formatMilliseconds } from "../format.ts";
import { blocks, table, verbatim } from "../markdown.ts";
import type { RunRecord, StepPath } from "../run-record.ts";

const PATHS: Record<StepPath, string> = {
  eager: "operation by operation",
  mixed: "operation by operation, loss and update in kernels of Refrain's own",
  captured: "recorded once and replayed",
  fused: "in kernels of Refrain's own",
};

/** Where and with what the run was computed, and how long it took. */
export function computationSection({
  backend,
  steps,
  epochs,
  // Records from before runs could be resumed have none.
  resumedAt = [],
  timing,
  software,
}: RunRecord): string {
  const rows: [string, string][] = [
    ["backend", `${BACKEND_NAMES[backend.name]} (${verbatim(backend.reason)})`],
    ["adapter", backend.adapter === null ? "none" : verbatim(backend.adapter)],
    ...(backend.figures.length > 0
      ? [["measured before", verbatim(figuresSentence(backend))] as [string, string]]
      : []),
    ...(backend.steps ? [["steps", stepWords(backend.steps)] as [string, string]] : []),
    ["steps taken", `${formatCount(steps.length)} in ${formatCount(epochs.length)} whole epochs`],
    ...(resumedAt.length > 0 ? [["cut off and resumed", resumedWords(resumedAt)] as [string, string]] : []),
    [
      "first step, other steps",
      `${formatMilliseconds(timing.firstStepMs)}, ${formatMilliseconds(timing.msPerStep)} each`,
    ],
    ["time of training, in all", `${timeWords(timing.trainMs)}, ${timeWords(timing.totalMs)}`],
    ["software", `Refrain ${verbatim(software.refrain)}, TensorFlow.js ${verbatim(software.tfjs)}`],
  ];
  return blocks(
    "## Computation",
    "In a browser, without a server: no data left the machine.",
    table([{ title: "what" }, { title: "value" }], rows),
  );
}

/** A long list says no more than its length. */
const NAMED_RESUMPTIONS = 5;

const resumedWords = (steps: readonly number[]): string =>
  steps.length > NAMED_RESUMPTIONS
    ? `${formatCount(steps.length)} times, the last after step ${formatCount(steps.at(-1) ?? 0)}`
    : `after ${steps.length === 1 ? "step" : "steps"} ${steps.map(formatCount).join(", ")}`;

const MINUTE_MS = 60_000;
const timeWords = (ms: number): string => (ms < MINUTE_MS ? formatMilliseconds(ms) : formatDuration(ms));

function stepWords({ path, reason, refused }: NonNullable<RunRecord["backend"]["steps"]>): string {
  const against = refused === null ? "" : `; not recorded: ${verbatim(refused)}`;
  return `${PATHS[path]} (${verbatim(reason)}${against})`;
}
