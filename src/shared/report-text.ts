import type { ClassificationReport, Score } from "./report.ts";

const COLUMNS = ["precision", "recall", "f1-score", "support"];
const right = (text: string, width: number): string => text.padStart(width);

/** A report as text, laid out as scikit-learn's `classification_report` prints it. */
export function reportText(report: ClassificationReport, accuracy: number): string {
  const names = Object.keys(report.classes);
  const width = Math.max(...names.map((name) => name.length), "weighted avg".length);
  const line = (name: string, cells: readonly string[]): string =>
    `${right(name, width)} ${cells.map((cell) => ` ${right(cell, 9)}`).join("")}`;
  const row = (name: string, { precision, recall, f1, support }: Score): string =>
    line(name, [...[precision, recall, f1].map((value) => value.toFixed(2)), String(support)]);
  return [
    line("", COLUMNS),
    "",
    ...Object.entries(report.classes).map(([name, score]) => row(name, score)),
    "",
    line("accuracy", ["", "", accuracy.toFixed(2), String(report.macro.support)]),
    row("macro avg", report.macro),
    row("weighted avg", report.weighted),
    "",
  ].join("\n");
}
