import Papa from "papaparse";
import type { ClassificationReport, Score } from "../../shared/report.ts";

const HEADER = ["class", "precision", "recall", "f1", "support"];

/** The rows of a report as files show them: classes, then accuracy and the averages. */
function rows(report: ClassificationReport, accuracy: number, digits: number): string[][] {
  const figures = ({ precision, recall, f1, support }: Score) => [
    ...[precision, recall, f1].map((value) => value.toFixed(digits)),
    String(support),
  ];
  return [
    ...Object.entries(report.classes).map(([name, score]) => [name, ...figures(score)]),
    ["accuracy", "", "", accuracy.toFixed(digits), String(report.macro.support)],
    ["macro avg", ...figures(report.macro)],
    ["weighted avg", ...figures(report.weighted)],
  ];
}

/** A report as CSV (RFC 4180), figures to six digits. */
export const reportCsv = (report: ClassificationReport, accuracy: number): string =>
  `${Papa.unparse([HEADER, ...rows(report, accuracy, 6)])}\r\n`;

/** A report as a Markdown table. */
export function reportMarkdown(report: ClassificationReport, accuracy: number): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/([|\\])/g, "\\$1")).join(" | ")} |`;
  return [line(HEADER), line(["---", "---:", "---:", "---:", "---:"]), ...rows(report, accuracy, 2).map(line), ""].join(
    "\n",
  );
}
