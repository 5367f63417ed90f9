import { useState } from "react";
import type { HeldOutSplit } from "../../shared/method-calls.ts";
import { formatLoss, formatPercent } from "../ui/format.ts";
import { Segments } from "../ui/Segments.tsx";
import { Panel } from "./Panel.tsx";
import { ReliabilityChart } from "./ReliabilityChart.tsx";
import { calibrationSentence } from "./sentences.ts";
import { useAnswer } from "./use-answer.ts";
import { useHeldOutRun } from "./use-held-out-run.ts";

const TITLE = "Confidence and accuracy";

const SPLITS = [
  { value: "validation", label: "validation" },
  { value: "test", label: "test" },
] as const;

/** Reliability of one clean pass on held-out items, and what a temperature makes of it. */
export function CalibrationPanel({ live }: { live: boolean }) {
  const [chosen, setSplit] = useState<HeldOutSplit>("validation");
  const run = useHeldOutRun();
  const split: HeldOutSplit = run?.ended && (chosen === "test" || run.validation === 0) ? "test" : "validation";
  const items = run?.[split] ?? 0;
  const question = live && run && items > 0 ? { runId: run.runId, split } : null;
  const answer = useAnswer("method.calibration", question, run?.ended ? -1 : (run?.epochs ?? 0));
  const result = run ? answer.result : null;
  return (
    <Panel
      title={TITLE}
      sentence={result ? calibrationSentence(result) : nothing(run !== null, items, run?.ended ?? false)}
      error={run ? answer.error : null}
      controls={
        run?.ended &&
        run.test > 0 &&
        run.validation > 0 && <Segments label="Items" options={SPLITS} value={split} onChange={setSplit} />
      }
      {...(result && {
        table: {
          columns: [
            "confidence",
            "items",
            "mean confidence",
            "accuracy",
            "items at T",
            "confidence at T",
            "accuracy at T",
          ],
          rows: result.before.bins.map((bin, i) => {
            const after = result.after?.bins[i];
            const cells = (of: typeof bin | undefined) => [
              String(of?.count ?? "–"),
              of && of.count > 0 ? formatPercent(of.confidence) : "–",
              of && of.count > 0 ? formatPercent(of.accuracy) : "–",
            ];
            return [`${formatPercent(bin.from)} to ${formatPercent(bin.to)}`, ...cells(bin), ...cells(after)];
          }),
        },
      })}
    >
      {result && (
        <div className="calibration">
          <ReliabilityChart result={result} label={calibrationSentence(result)} />
          <table className="method-figures" aria-label={`${TITLE}, before and after temperature`}>
            <thead>
              <tr>
                <td />
                <th scope="col">T = 1</th>
                <th scope="col">T = {result.temperature?.toFixed(2) ?? "–"}</th>
              </tr>
            </thead>
            <tbody>
              {(
                [
                  ["calibration error", "expectedCalibrationError", formatPercent],
                  ["−log p of the truth", "loss", formatLoss],
                  ["accuracy", "accuracy", formatPercent],
                ] as const
              ).map(([name, key, format]) => (
                <tr key={key}>
                  <th scope="row">{name}</th>
                  <td>{format(result.before[key])}</td>
                  <td>{result.after ? format(result.after[key]) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function nothing(hasRun: boolean, items: number, ended: boolean): string {
  if (!hasRun) return "Train a model: how far its confidence can be trusted is told here.";
  if (items > 0) return "Asking the model.";
  return ended ? "No items are held out; give validation a share in Data." : "There is no validation set to look at.";
}
