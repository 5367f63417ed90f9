import { expect, test } from "vitest";
import { entry } from "../../../shared/kept/testing/entries.ts";
import { runSide, sideOf } from "../sides.ts";
import type { Curve } from "./curve.ts";
import { curvesSentence } from "./curves-sentence.ts";
import { metricById } from "./metrics.ts";

const run = (runId: string, change = {}) => entry({ runId, name: runId, file: change });
const many: Curve = {
  side: sideOf("g", "K 8", [run("a", { seed: 1 }), run("b", { seed: 2 })]),
  points: [
    { x: 1, mean: 0.8, sd: 0.02 },
    { x: 2, mean: 0.93, sd: 0.008 },
    { x: 3, mean: 0.99, sd: 0.001 },
  ],
  runs: 2,
  seeds: 2,
  cut: false,
};
const one: Curve = {
  side: runSide(run("Run 7")),
  points: [
    { x: 1, mean: 0.85, sd: null },
    { x: 2, mean: 0.91, sd: null },
  ],
  runs: 1,
  seeds: 1,
  cut: false,
};

test("sides are held against each other where both have come to, with what stands behind each", () => {
  expect(curvesSentence([one, many], metricById("validationAccuracy"), "epoch")).toBe(
    "After epoch 2, K 8 has the highest validation accuracy (93.0% ± 0.8 over 2 seeds), then Run 7 (91.0%, one seed). The lines stand on unequal numbers of seeds.",
  );
});

test("a small loss is a good one, and losses of other objectives are told apart", () => {
  const focal = { ...one, side: runSide(run("Run 7", { objective: { id: "focal" } })) };
  const sentence = curvesSentence([focal, { ...many, seeds: 1 }], metricById("validationLoss"), "passes");
  expect(sentence).toMatch(/^At 2 passes, Run 7 has the lowest validation loss \(0\.910, one seed\)/);
  expect(sentence).toContain("Losses of different objectives cannot be compared.");
});

test("nothing measured is said so", () => {
  expect(curvesSentence([{ ...one, points: [] }], metricById("validationMacroF1"), "epoch")).toBe(
    "No validation macro F1 is known of the chosen runs.",
  );
});
