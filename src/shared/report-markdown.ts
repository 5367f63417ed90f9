import { type Column, table, verbatim } from "./markdown.ts";
import type { ClassificationReport, ConfusionMatrix, Score } from "./report.ts";

const REPORT_COLUMNS: readonly Column[] = [
  { title: "class" },
  ...["precision", "recall", "f1", "support"].map((title) => ({ title, figures: true })),
];

const scoreRow = (name: string, { precision, recall, f1, support }: Score): string[] => [
  name,
  ...[precision, recall, f1].map((value) => value.toFixed(2)),
  String(support),
];

/** A report as a Markdown table in scikit-learn's order: classes (all, or those named), accuracy, averages. */
export function reportTable(
  report: ClassificationReport,
  accuracy: number,
  classes: readonly string[] = Object.keys(report.classes),
): string {
  const rows = classes.flatMap((name) => {
    const score = report.classes[name];
    return score ? [scoreRow(verbatim(name), score)] : [];
  });
  return table(REPORT_COLUMNS, [
    ...rows,
    ["accuracy", "", "", accuracy.toFixed(2), String(report.macro.support)],
    scoreRow("macro avg", report.macro),
    scoreRow("weighted avg", report.weighted),
  ]);
}

/** Counts of a confusion matrix as a Markdown table: rows are true classes, columns predicted ones. */
export function confusionTable(matrix: ConfusionMatrix, classes: readonly string[]): string {
  const names = classes.map(verbatim);
  return table(
    [{ title: "true ↓, predicted →" }, ...names.map((title) => ({ title, figures: true }))],
    matrix.map((row, i) => [names[i] ?? "", ...row.map(String)]),
  );
}
