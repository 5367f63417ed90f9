import type { BackendFigure, BackendReport } from "../../shared/run-record.ts";
import type { BackendName } from "../../shared/task.ts";

/** A backend within this share of the fastest counts as equally fast. */
const TIE = 0.1;

/** Figures to go by: a lower bound is none. */
const timedOf = (figures: readonly BackendFigure[]) =>
  figures.flatMap((figure) => (figure.kind === "measured" || figure.kind === "extrapolated" ? [figure] : []));

/** Milliseconds of the fastest; Infinity where none has a figure to go by. */
export const fastestOf = (figures: readonly BackendFigure[]): number =>
  Math.min(...timedOf(figures).map(({ msPerStep }) => msPerStep));

/**
 * The fastest backend by its figures. Where the one that the adapter suggests is within 10% of it, that one, so that
 * the choice is the same from run to run. Null where none has a figure to go by.
 */
export function chooseBackend(figures: readonly BackendFigure[], suggested: BackendName): BackendName | null {
  const least = fastestOf(figures);
  const near = timedOf(figures).filter(({ msPerStep }) => msPerStep <= (1 + TIE) * least);
  const chosen = near.find(({ name }) => name === suggested) ?? near.find(({ msPerStep }) => msPerStep === least);
  return chosen?.name ?? null;
}

/** The report of a choice made by figures. @throws Error with what each backend said, where none can train the model */
export function reportOf(suggested: BackendReport, figures: readonly BackendFigure[]): BackendReport {
  const name = chooseBackend(figures, suggested.name);
  if (name === null) {
    const said = figures.flatMap((figure) => (figure.kind === "failed" ? [`${figure.name}: ${figure.why}`] : []));
    throw new Error(`No backend of this browser can train this model. ${said.join(" ")}`);
  }
  return { ...suggested, name, reason: reasonOf(name, figures), figures: [...figures] };
}

function reasonOf(name: BackendName, figures: readonly BackendFigure[]): string {
  if (figures.every((figure) => figure.name === name || figure.kind === "failed"))
    return "the only backend that a step of this model could be timed on";
  const fastest = timedOf(figures).some((figure) => figure.name === name && figure.msPerStep === fastestOf(figures));
  return fastest
    ? "the fastest at steps of this model"
    : "within 10% of the fastest at steps of this model, and what the adapter suggests";
}
