import type { Score } from "../../shared/report.ts";
import { reportText } from "../../shared/report-text.ts";
import type { Evaluation } from "../../shared/run-record.ts";
import { download } from "../ui/download.ts";
import { reportCsv, reportMarkdown } from "./report-files.ts";

/** `.93`, `1.00`: two digits in little room. */
const figure = (value: number): string => (value >= 0.995 ? "1.00" : value.toFixed(2).replace(/^0/, ""));

/** Precision, recall, F1 and support by class with their averages, in scikit-learn's layout. */
export function ReportTable({ evaluation, fileName }: { evaluation: Evaluation; fileName: string }) {
  const { report, accuracy } = evaluation;
  return (
    <>
      <div className="table-scroll">
        <table className="report">
          <thead>
            <tr>
              <th scope="col">class</th>
              <th scope="col">precision</th>
              <th scope="col">recall</th>
              <th scope="col">f1</th>
              <th scope="col">support</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(report.classes).map(([name, score]) => (
              <ReportRow key={name} name={name} score={score} />
            ))}
          </tbody>
          <tbody className="averages">
            <tr>
              <th scope="row">accuracy</th>
              <td />
              <td />
              <td>{figure(accuracy)}</td>
              <td>{report.macro.support}</td>
            </tr>
            <ReportRow name="macro avg" score={report.macro} />
            <ReportRow name="weighted avg" score={report.weighted} />
          </tbody>
        </table>
      </div>
      {report.undefinedScores.length > 0 && (
        <p className="hint">Scored 0 for want of items: {listOf(report.undefinedScores)}.</p>
      )}
      <p className="hint">
        Calibration error {(100 * evaluation.expectedCalibrationError).toFixed(1)}%: how far stated probabilities are
        from how often they come true.
      </p>
      <div className="buttons">
        <button type="button" onClick={() => download(`${fileName}.csv`, reportCsv(report, accuracy), "text/csv")}>
          CSV
        </button>
        <button
          type="button"
          onClick={() => download(`${fileName}.md`, reportMarkdown(report, accuracy), "text/markdown")}
        >
          Markdown
        </button>
        <button type="button" onClick={() => download(`${fileName}.txt`, reportText(report, accuracy))}>
          Text
        </button>
      </div>
    </>
  );
}

const MAX_UNDEFINED = 4;

/** With many classes most scores can be undefined: the first few stand for them. */
function listOf(undefinedScores: readonly string[]): string {
  const more = undefinedScores.length - MAX_UNDEFINED;
  const named = undefinedScores.slice(0, MAX_UNDEFINED).join("; ");
  return more > 0 ? `${named}; and ${more} more` : named;
}

function ReportRow({ name, score }: { name: string; score: Score }) {
  return (
    <tr>
      <th scope="row" title={name}>
        {name}
      </th>
      <td>{figure(score.precision)}</td>
      <td>{figure(score.recall)}</td>
      <td>{figure(score.f1)}</td>
      <td>{score.support}</td>
    </tr>
  );
}
