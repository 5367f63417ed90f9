import { expect, test } from "vitest";
import { accuracy, classificationReport, confusionMatrix } from "./report.ts";
import { reportText } from "./report-text.ts";

test("the text of scikit-learn's documented example is the same to the last space", () => {
  const matrix = confusionMatrix([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], 3);
  const report = classificationReport(matrix, ["class 0", "class 1", "class 2"]);
  expect(reportText(report, accuracy(matrix)).split("\n")).toEqual([
    "              precision    recall  f1-score   support",
    "",
    "     class 0       0.50      1.00      0.67         1",
    "     class 1       0.00      0.00      0.00         1",
    "     class 2       1.00      0.67      0.80         3",
    "",
    "    accuracy                           0.60         5",
    "   macro avg       0.50      0.56      0.49         5",
    "weighted avg       0.70      0.60      0.61         5",
    "",
  ]);
});
