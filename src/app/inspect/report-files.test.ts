import { expect, test } from "vitest";
import { accuracy, classificationReport, confusionMatrix } from "../../shared/report.ts";
import { reportCsv, reportMarkdown } from "./report-files.ts";

const matrix = confusionMatrix([0, 0, 1, 1], [0, 1, 1, 1], 2);
const report = classificationReport(matrix, ['say "hi", twice', "a|b"]);

test("CSV quotes what has to be quoted and keeps six digits", () => {
  expect(reportCsv(report, accuracy(matrix)).split("\r\n")).toEqual([
    "class,precision,recall,f1,support",
    '"say ""hi"", twice",1.000000,0.500000,0.666667,2',
    "a|b,0.666667,1.000000,0.800000,2",
    "accuracy,,,0.750000,4",
    "macro avg,0.833333,0.750000,0.733333,4",
    "weighted avg,0.833333,0.750000,0.733333,4",
    "",
  ]);
});

test("Markdown escapes what would end a cell", () => {
  expect(reportMarkdown(report, accuracy(matrix))).toContain("| a\\|b | 0.67 | 1.00 | 0.80 | 2 |");
});
