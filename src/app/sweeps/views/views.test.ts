import { describe, expect, test } from "vitest";
import { configurationWords, fieldWords } from "../../../shared/sweep/words.ts";
import { bestOf, bestSentence, equalComputeSentence, pairedDifference } from "../best.ts";
import { swept } from "../testing/swept.ts";
import { meanWords, seedsWords } from "../words.ts";
import { fieldAxes } from "./axes.ts";
import { heatOf } from "./heatmap/heat.ts";
import { seedsSentence } from "./SeedsView.tsx";

const VALIDATION = "validation.accuracy";

/** Per seed: K = 1 mean, K = 1 max, K = 4 mean, its equal compute, K = 4 max. */
const whole = swept([0.8, 0.8, 0.9, 0.7, 0.6, 0.84, 0.84, 0.92, 0.74, 0.6]);

describe("the heatmap", () => {
  const [k, f] = fieldAxes(whole.file, whole.plan.configurations);
  if (!k || !f) throw new Error("two fields were swept");

  test("has a cell for each pair of values, and equal compute beside the rows that have one", () => {
    expect([k.label, f.label, f.values.map(({ label }) => label)]).toEqual(["K", "f", ["mean", "max"]]);
    const { rows, baseline } = heatOf(whole.groups, k, f, VALIDATION);
    expect(rows.map(({ label, cells }) => [label, ...cells.map(({ mean }) => mean?.toFixed(2))])).toEqual([
      ["1", "0.82", "0.82"],
      ["4", "0.91", "0.60"],
    ]);
    expect(rows.map(({ equalCompute }) => equalCompute?.mean?.toFixed(2))).toEqual([undefined, "0.72"]);
    expect(rows[1]?.cells[0]?.sd).toBeCloseTo(0.02 / Math.SQRT2);
    expect(baseline).toBeNull();
    expect(rows[1]?.cells.map(({ share }) => share)).toEqual([1, 0]);
  });

  test("where less is better the smallest is the best", () => {
    const { rows } = heatOf(whole.groups, k, f, "validation.loss");
    expect(rows[1]?.cells.map(({ share }) => share)).toEqual([1, 0]);
  });

  test("several configurations in a cell have a mean and no spread over seeds", () => {
    const { rows } = heatOf(whole.groups, k, null, VALIDATION);
    expect(rows[1]?.cells).toMatchObject([{ groups: [{}, {}], sd: null }]);
    expect(rows[1]?.cells[0]?.mean).toBeCloseTo((0.91 + 0.6) / 2);
  });

  test("a K = 1 baseline that is no row stands by itself", () => {
    const { file, plan, groups } = swept([0.8], { grid: { "repeat.k": [2, 4] } });
    const [only] = fieldAxes(file, plan.configurations);
    if (!only) throw new Error("K was swept");
    const heat = heatOf(groups, only, null, VALIDATION);
    expect(heat.baseline?.mean).toBe(0.8);
    expect(heat.rows.map(({ cells }) => cells[0]?.mean)).toEqual([null, null]);
  });
});

describe("words", () => {
  test("fields and configurations", () => {
    expect(["optimizer.learningRate", "repeat.noises.0.stdDev", "epochs"].map(fieldWords)).toEqual([
      "learning rate",
      "noise 1 std dev",
      "epochs",
    ]);
    expect(whole.plan.configurations.map(configurationWords)).toEqual([
      "K = 1, f = mean",
      "K = 1, f = max",
      "K = 4, f = mean",
      "K = 1, 40 epochs",
      "K = 4, f = max",
    ]);
  });

  test("a figure of one seed has no spread and says how many are missing", () => {
    const { groups } = swept([0.8, null, 0.9]);
    expect(groups.map((group) => [meanWords(group, VALIDATION), seedsWords(group)])).toEqual([
      ["80.0%", "1 of 2 seeds"],
      ["–", "0 of 2 seeds"],
      ["90.0%", "1 of 2 seeds"],
      ["–", "0 of 2 seeds"],
      ["–", "0 of 2 seeds"],
    ]);
    expect(meanWords(whole.groups[0] as never, VALIDATION)).toBe("82.0 ± 2.8%");
  });
});

describe("the best configuration", () => {
  test("is chosen on validation items, and its optimism is said", () => {
    expect(bestOf(whole.groups, VALIDATION)?.configuration.index).toBe(2);
    expect(bestSentence(whole.groups, VALIDATION, true)).toBe(
      "K = 4, f = mean has the best validation accuracy, 91.0 ± 1.4% (2 seeds). On the test items: 86.0 ± 1.4%. The best of 5 on the same validation items is optimistic; the test figure took no part in the choice.",
    );
    expect(bestSentence(whole.groups, VALIDATION, false)).toContain("nothing can be chosen");
  });

  test("those that are equally good are counted, and none is called the best alone", () => {
    const { groups } = swept([0.8, 0.9, 0.9, 0.7, 0.6, 0.84, 0.92, 0.92, 0.74, 0.6]);
    expect(bestSentence(groups, VALIDATION, true)).toMatch(
      /^K = 1, f = max and 1 other share the best validation accuracy, 91\.0 ± 1\.4% \(2 seeds\)\./,
    );
  });

  test("one seed is never held against two", () => {
    const { groups } = swept([0.8, 0.8, 0.9, 0.7, 0.6, 0.84]);
    expect(bestOf(groups, VALIDATION)?.configuration.index).toBe(0);
    expect(bestSentence(groups, VALIDATION, true)).toContain("4 configurations with fewer seeds are left out.");
  });
});

describe("equal compute", () => {
  const sentence = ({ plan, groups, results }: typeof whole) =>
    equalComputeSentence(plan, groups, results, "test.accuracy", VALIDATION);

  test("is paired by seed", () => {
    const gap = pairedDifference(whole.plan, whole.results, 2, 3, VALIDATION);
    expect(gap?.seeds).toBe(2);
    expect(gap?.mean).toBeCloseTo((0.2 + 0.18) / 2);
    expect(sentence(whole)).toMatch(
      /^With as many forward passes K = 4, f = mean has test accuracy 86\.0 ± 1\.4%, and K = 1, 40 epochs 67\.0 ± 2\.8%: repeating is better by 6\.3 to 31\.7 points, 95% over 2 paired seeds\.$/,
    );
  });

  test("a difference that may be none is not distinguishable, and one seed says nothing of others", () => {
    expect(sentence(swept([0.8, 0.8, 0.9, 0.85, 0.6, 0.8, 0.8, 0.9, 0.96, 0.6]))).toContain(": not distinguishable (");
    expect(sentence(swept([0.8, 0.8, 0.9, 0.85]))).toContain("one seed each, which says nothing about others");
  });

  test("its absence is said", () => {
    const baselines = { equalCompute: false };
    expect(sentence(swept([0.8], { baselines }))).toContain("was taken out");
    expect(
      sentence(
        swept([0.8], { grid: { epochs: [5, 10] }, experiment: { ...swept([]).file.experiment, repeat: { k: 1 } } }),
      ),
    ).toContain("Every configuration has K = 1");
    expect(sentence(swept([]))).toContain("when both have been trained");
  });
});

describe("seeds of one run", () => {
  const sentence = (accuracies: (number | null)[]) => {
    const { plan, results } = swept(accuracies, { grid: {}, seeds: 3 });
    return seedsSentence({ plan, standing: { results } as never });
  };

  test("have a mean with its interval, and say how many are missing", () => {
    expect(sentence([0.85, 0.95])).toBe(
      "Test accuracy 85.0 ± 7.1% over 2 seeds; 95% interval of the mean 21.5 to 100.0%, over other seeds on the same data. 1 seed has no figure yet.",
    );
    expect(sentence([0.85, null])).toBe(
      "Test accuracy 80.0% with one seed, whose luck is not known. 2 seeds have no figure yet.",
    );
  });
});
