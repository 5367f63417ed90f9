import type { RunEvent } from "../shared/protocol.ts";
import type { BackendFigure } from "../shared/run-record.ts";

/** Where progress is written: a terminal rewrites its last line, a file gets lines. */
export interface ProgressSink {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Prints a run's events: one line an epoch, and on a terminal the current step in a line that is rewritten.
 * @param isOneOfMany leaves out the lines: over many runs they would drown what is said of each
 */
export function progressPrinter(
  sink: ProgressSink,
  isOneOfMany = false,
): {
  tell(event: RunEvent): void;
  /** A line of its own, in place of the one that is rewritten. */
  say(text: string): void;
  end(): void;
} {
  let open = false;
  const line = (text: string): void => {
    sink.write(`${open ? "\r\x1b[K" : ""}${text}\n`);
    open = false;
  };
  const rewrite = (text: string): void => {
    if (!sink.isTTY) return;
    sink.write(`\r\x1b[K${text}`);
    open = true;
  };
  const detail = isOneOfMany ? () => {} : line;
  let total = 0;
  return {
    tell(event) {
      switch (event.kind) {
        case "state":
          if (event.state !== "running") rewrite(`${event.state} ${event.detail}`);
          break;
        case "progress":
          rewrite(`${event.what}: ${event.done}${event.total > 0 ? ` of ${event.total}` : ""}`);
          break;
        case "started": {
          const { name, adapter, reason, figures } = event.backend;
          total = event.totalSteps;
          detail(
            `${name}${adapter ? ` on ${adapter}` : ""} (${reason}); ${event.trainableParameters} parameters, ${total} steps`,
          );
          for (const figure of figures) detail(`  ${figureLine(figure)}`);
          break;
        }
        case "steps": {
          const last = event.steps.at(-1);
          if (last)
            rewrite(
              `step ${last.step} of ${total}, loss ${last.loss.toFixed(4)}, ${event.stepsPerSecond.toFixed(1)} steps/s, ${Math.round(event.msLeft / 1000)} s left`,
            );
          break;
        }
        case "epoch": {
          const { epoch, trainLoss, validationLoss, validationAccuracy } = event.epoch;
          const validation =
            validationLoss === null
              ? "no validation set"
              : `validation loss ${validationLoss.toFixed(4)}, accuracy ${(validationAccuracy ?? 0).toFixed(4)}`;
          detail(`epoch ${epoch}: loss ${trainLoss.toFixed(4)}, ${validation}`);
          break;
        }
        case "ended":
          detail(`${event.record.status} in ${(event.record.timing.totalMs / 1000).toFixed(1)} s`);
          break;
        case "not-kept":
          line(event.message);
          break;
        case "checkpoint":
        case "failed":
          break;
        default:
          event satisfies never;
      }
    },
    say: line,
    end: () => {
      if (open) sink.write("\n");
      open = false;
    },
  };
}

/** `wasm: 4.1 ms a step`: what a backend did when it was tried before the run. */
function figureLine(figure: BackendFigure): string {
  if (figure.kind === "failed") return `${figure.name}: ${figure.why}`;
  const time = `${figure.msPerStep.toPrecision(3)} ms a step`;
  if (figure.kind === "measured") return `${figure.name}: ${time}`;
  const passes = `${figure.rows} of ${figure.ofRows} passes`;
  return `${figure.name}: ${figure.kind === "at-least" ? `over ${time} (${passes} took that)` : `about ${time} (from ${passes})`}`;
}
