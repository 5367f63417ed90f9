import Papa from "papaparse";
import type { ClassificationReport, Score } from "../../shared/report.ts";
import { reportTable } from "../../shared/report-markdown.ts";

const HEADER = ["class", "precision", "recall", "f1", "support"];

const DIGITS = 6;

/** The rows of a report: classes, then accuracy and the averages. */
function rows(report: ClassificationReport, accuracy: number): string[][] {
  const figures = ({ precision, recall, f1, support }: Score) => [
    ...[precision, recall, f1].map((value) => value.toFixed(DIGITS)),
    String(support),
  ];
  return [
    ...Object.entries(report.classes).map(([name, score]) => [name, ...figures(score)]),
    ["accuracy", "", "", accuracy.toFixed(DIGITS), String(report.macro.support)],
    ["macro avg", ...figures(report.macro)],
    ["weighted avg", ...figures(report.weighted)],
  ];
}

/** A report as CSV (RFC 4180), figures to six digits. */
export const reportCsv = (report: ClassificationReport, accuracy: number): string =>
  `${Papa.unparse([HEADER, ...rows(report, accuracy)])}\r\n`;

/** A report as a Markdown file. */
export const reportMarkdown = (report: ClassificationReport, accuracy: number): string =>
  `${reportTable(report, accuracy)}\n`;
