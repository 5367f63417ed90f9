import { describe, expect, test } from "vitest";
import { accuracy, argmax, classificationReport, confusionMatrix, expectedCalibrationError } from "./report.ts";

// The worked example of scikit-learn's documentation of classification_report.
const TRUTH = [0, 1, 2, 2, 2];
const PREDICTED = [0, 0, 2, 2, 1];
const NAMES = ["class 0", "class 1", "class 2"];

const rounded = (score: { precision: number; recall: number; f1: number; support: number }) =>
  [score.precision, score.recall, score.f1].map((value) => value.toFixed(2)).concat(String(score.support));

describe("a report", () => {
  const matrix = confusionMatrix(TRUTH, PREDICTED, 3);
  const report = classificationReport(matrix, NAMES);

  test("counts true classes in rows", () => {
    expect(matrix).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 2],
    ]);
  });

  test("equals scikit-learn's", () => {
    expect(accuracy(matrix).toFixed(2)).toBe("0.60");
    expect(rounded(report.classes["class 0"] as never)).toEqual(["0.50", "1.00", "0.67", "1"]);
    expect(rounded(report.classes["class 1"] as never)).toEqual(["0.00", "0.00", "0.00", "1"]);
    expect(rounded(report.classes["class 2"] as never)).toEqual(["1.00", "0.67", "0.80", "3"]);
    expect(rounded(report.macro)).toEqual(["0.50", "0.56", "0.49", "5"]);
    expect(rounded(report.weighted)).toEqual(["0.70", "0.60", "0.61", "5"]);
  });

  test("over all labels micro is accuracy; over some it stands in accuracy's place", () => {
    expect(report.micro.f1).toBeCloseTo(accuracy(matrix));
    const some = classificationReport(confusionMatrix([0, 1, 1, 2, 2], [0, 2, 1, 2, 0], 3), NAMES, [1, 2]);
    expect(rounded(some.micro)).toEqual(["0.67", "0.50", "0.57", "4"]);
  });

  test("scores 0/0 as 0 and says so", () => {
    const lonely = classificationReport(confusionMatrix([0, 0], [0, 0], 2), ["a", "b"]);
    expect(lonely.classes.b).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
    expect(lonely.undefinedScores).toEqual(['precision of "b": never predicted', 'recall of "b": no such item']);
  });

  test("supports add up", () => {
    const sum = Object.values(report.classes).reduce((total, { support }) => total + support, 0);
    for (const average of [report.micro, report.macro, report.weighted]) expect(average.support).toBe(sum);
  });

  test("refuses labels outside the classes and unequal lengths", () => {
    expect(() => confusionMatrix([0, 3], [0, 0], 3)).toThrow("Item 1");
    expect(() => confusionMatrix([0], [0, 1], 3)).toThrow("1 true labels but 2 predictions");
  });
});

test("calibration error is the gap between confidence and accuracy, bin by bin", () => {
  // Two items at .8, one right: |.5 - .8|; two at .6, both right: |1 - .6|. Each bin holds half.
  const probabilities = [0.8, 0.2, 0.8, 0.2, 0.6, 0.4, 0.6, 0.4];
  expect(expectedCalibrationError(probabilities, [0, 1, 0, 0], 2)).toBeCloseTo(0.5 * 0.3 + 0.5 * 0.4);
  expect(expectedCalibrationError([1, 0, 1, 0], [0, 0], 2)).toBe(0);
  expect(expectedCalibrationError([], [], 2)).toBe(0);
});

test("argmax takes the first of equals, within its window", () => {
  expect(argmax([1, 3, 3, 2])).toBe(1);
  expect(argmax([9, 1, 2, 8], 1, 2)).toBe(1);
});
