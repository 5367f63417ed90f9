import { formatCount, formatMilliseconds } from "./format.ts";
import type { BackendFigure, BackendReport, StepPath, StepsReport } from "./run-record.ts";
import type { BackendName } from "./task.ts";

export const BACKEND_NAMES: Record<BackendName, string> = {
  webgpu: "WebGPU",
  webgl: "WebGL",
  wasm: "WebAssembly",
  cpu: "Plain JavaScript",
};

/** `4.1 ms`, `≈ 210 ms`, `over 48 ms`; `–` where there is none. */
export function figureTime(figure: BackendFigure): string {
  switch (figure.kind) {
    case "measured":
      return formatMilliseconds(figure.msPerStep);
    case "extrapolated":
      return `≈ ${formatMilliseconds(figure.msPerStep)}`;
    case "at-least":
      return `over ${formatMilliseconds(figure.msPerStep)}`;
    case "failed":
      return "–";
    default:
      return figure satisfies never;
  }
}

/** How a figure came about; empty where whole steps were timed. */
export function figureNote(figure: BackendFigure): string {
  switch (figure.kind) {
    case "measured":
      return "";
    case "extrapolated":
      return `From ${formatCount(figure.rows)} of ${formatCount(figure.ofRows)} passes.`;
    case "at-least":
      return `${formatCount(figure.rows)} of ${formatCount(figure.ofRows)} passes took that long.`;
    case "failed":
      return figure.why;
    default:
      return figure satisfies never;
  }
}

/** `WebAssembly 4.1 ms, WebGPU over 48 ms a step; not measured: WebGL.` What was chosen stands first. */
export function figuresSentence({ name, figures }: BackendReport): string {
  const timed = figures
    .filter(({ kind }) => kind !== "failed")
    .sort((a, b) => order(a.name, name) - order(b.name, name));
  const failed = figures.filter(({ kind }) => kind === "failed").map((figure) => BACKEND_NAMES[figure.name]);
  const times = timed.map((figure) => `${BACKEND_NAMES[figure.name]} ${figureTime(figure)}`).join(", ");
  return `${times} a step${failed.length > 0 ? `; not measured: ${failed.join(", ")}` : ""}.`;
}

const order = (name: BackendName, first: BackendName): number => (name === first ? 0 : 1);

/** A run's backend in one line, with its figures where there are any, and what of a step is in kernels of our own. */
export function backendSentence(report: BackendReport): string {
  const where = report.figures.length > 0 ? figuresSentence(report) : `${BACKEND_NAMES[report.name]}.`;
  return [`On ${where}`, ...(report.steps ? stepsSentences(report.steps) : [])].filter(Boolean).join(" ");
}

/** What of a step is in kernels of our own, and what stands against more. */
function stepsSentences({ path, refused }: StepsReport): string[] {
  const what = path === "captured" ? "Batches of some shapes could not be recorded" : "Steps could not be recorded";
  return [OWN_KERNELS[path], refused === null ? "" : `${what}: ${refused}.`];
}

const OWN_KERNELS: Record<StepPath, string> = {
  fused: "Whole steps in kernels of Refrain's own.",
  captured: "Steps recorded once and replayed.",
  mixed: "Loss and update in kernels of Refrain's own.",
  eager: "",
};
