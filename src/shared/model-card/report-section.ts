import { formatCount, formatPercent, plural } from "../format.ts";
import { blocks, bullets, table, verbatim } from "../markdown.ts";
import type { ClassificationReport, ConfusionMatrix } from "../report.ts";
import { confusionTable, reportTable } from "../report-markdown.ts";
import type { RunRecord } from "../run-record.ts";
import { wilsonInterval } from "../statistics/intervals.ts";
import { MAX_CLASS_ROWS } from "./data-section.ts";
import { keptEpoch, type Scores, validationScores } from "./held-out.ts";

/** Up to so many classes a confusion matrix is still read on a page. */
const MAX_MATRIX_CLASSES = 12;
const MAX_UNDEFINED = 6;

/** How well the model does on held-out items: test, else validation, else that nothing is known. */
export function reportSection(record: RunRecord): string {
  const { test, testPooled, dataset } = record;
  const validation = validationScores(record);
  if (test && testPooled) {
    const { k, pooling } = record.experiment.inference;
    const pooled = `${plural(k, "pass", "passes")} pooled with ${pooling.id}`;
    return blocks(
      "## Results",
      `On ${plural(dataset.test, "test item")}, scored once, after training. ${baseline(test.report)}`,
      headline([
        ["one clean pass", test],
        [pooled, testPooled],
      ]),
      validation &&
        `On the validation items, after epoch ${keptEpoch(record)?.epoch}: accuracy ${formatPercent(validation.accuracy)}, macro F1 ${validation.macroF1.toFixed(3)}, in one clean pass.`,
      detail(`Test items, one clean pass`, test, dataset.classes),
      detail(`Test items, ${pooled}`, testPooled, dataset.classes),
    );
  }
  if (validation)
    return blocks(
      "## Results",
      `**There was no test set.** These figures are of ${plural(dataset.validation, "validation item")} after epoch ${keptEpoch(record)?.epoch}, whose weights the model has. ${baseline(validation.report)}`,
      headline([["validation, one clean pass", validation]]),
      detail("Validation items, one clean pass", validation, dataset.classes),
    );
  return blocks(
    "## Results",
    dataset.validation + dataset.test === 0
      ? "**Nothing was held out**, neither validation nor test items, so nothing is known of how well the model does on new items."
      : "**No held-out item was scored**: training ended before it came to that, so nothing is known of how well the model does on new items.",
  );
}

/** What answering with one class always would score. */
function baseline(report: ClassificationReport): string {
  const [name, most] = Object.entries(report.classes).reduce(
    (best, [name, { support }]) => (support > best[1] ? ([name, support] as const) : best),
    ["", 0] as readonly [string, number],
  );
  return `Always answering ${verbatim(name)}, the most frequent class there, would score ${formatPercent(most / report.macro.support)}.`;
}

function headline(columns: readonly (readonly [title: string, scores: Scores])[]): string {
  const row = (name: string, of: (scores: Scores) => string) => [name, ...columns.map(([, scores]) => of(scores))];
  const percent = (value: number | null) => (value === null ? "not measured" : formatPercent(value));
  return table(
    [{ title: "" }, ...columns.map(([title]) => ({ title, figures: true }))],
    [
      row("accuracy", ({ accuracy }) => formatPercent(accuracy)),
      row(
        "right",
        ({ confusionMatrix }) => `${formatCount(right(confusionMatrix))} of ${formatCount(total(confusionMatrix))}`,
      ),
      row("95% interval of accuracy (Wilson)", ({ confusionMatrix }) => intervalWords(confusionMatrix)),
      row("macro F1", ({ macroF1 }) => macroF1.toFixed(3)),
      row("weighted F1", ({ report }) => report.weighted.f1.toFixed(3)),
      row("expected calibration error", ({ expectedCalibrationError }) => percent(expectedCalibrationError)),
      row("cross-entropy", ({ loss }) => (loss === null ? "not measured" : loss.toFixed(3))),
    ],
  );
}

function detail(title: string, { report, accuracy, confusionMatrix }: Scores, classes: readonly string[]): string {
  const shown = hardest(report, classes);
  const more = classes.length - shown.length;
  return blocks(
    `### ${title}`,
    reportTable(report, accuracy, shown),
    more > 0 ? `The ${shown.length} classes with the lowest F1; run.json has the other ${formatCount(more)}.` : null,
    undefinedWords(report),
    classes.length > MAX_MATRIX_CLASSES ? null : confusionTable(confusionMatrix, classes),
  );
}

/** All classes in their order; of very many those with the lowest F1. */
function hardest(report: ClassificationReport, classes: readonly string[]): readonly string[] {
  if (classes.length <= MAX_CLASS_ROWS) return classes;
  const f1 = (name: string) => report.classes[name]?.f1 ?? 0;
  return [...classes].sort((a, b) => f1(a) - f1(b)).slice(0, MAX_CLASS_ROWS);
}

function undefinedWords({ undefinedScores }: ClassificationReport): string | null {
  if (undefinedScores.length === 0) return null;
  const more = undefinedScores.length - MAX_UNDEFINED;
  const lines = undefinedScores.slice(0, MAX_UNDEFINED).map(verbatim);
  return blocks("Scored 0 because it is 0/0:", bullets(more > 0 ? [...lines, `and ${more} more`] : lines));
}

const total = (matrix: ConfusionMatrix): number => matrix.flat().reduce((sum, count) => sum + count, 0);
const right = (matrix: ConfusionMatrix): number => matrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);

/** `86.0% to 97.7%`. */
export function intervalWords(matrix: ConfusionMatrix): string {
  const { low, high } = wilsonInterval(right(matrix), total(matrix));
  return `${formatPercent(low)} to ${formatPercent(high)}`;
}

/** What the temperature does, and what it was fitted on. */
export function calibrationSection({ calibration, dataset }: RunRecord): string {
  if (!calibration)
    return blocks(
      "## Calibration",
      dataset.validation === 0
        ? "No temperature was fitted, since there are no validation items: the probabilities are as the model gives them."
        : "The validation items set no temperature: the probabilities are as the model gives them.",
    );
  const { temperature, validation, test } = calibration;
  const rows = [["validation", validation] as const, ...(test ? [["test", test] as const] : [])];
  return blocks(
    "## Calibration",
    `Where a probability matters, divide the logits by the temperature ${temperature.toFixed(3)}. It was fitted on the ${plural(dataset.validation, "validation item")} alone, for the lowest cross-entropy in one clean pass; the classes that are answered stay the same. What it does to the calibration error:`,
    table(
      [
        { title: "items" },
        ...["calibration error before", "after", "cross-entropy before", "after"].map((title) => ({
          title,
          figures: true,
        })),
      ],
      rows.map(([name, { before, after }]) => [
        name,
        formatPercent(before.expectedCalibrationError),
        formatPercent(after.expectedCalibrationError),
        before.loss.toFixed(3),
        after.loss.toFixed(3),
      ]),
    ),
  );
}
