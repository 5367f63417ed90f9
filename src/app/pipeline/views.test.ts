import { expect, test } from "vitest";
import { jensenGap } from "./views.ts";

const losses = (loss: number, logits: number) => ({ loss, logits, probabilities: logits, features: logits });

test("a Jensen gap of rounding alone is none, and a true one is told", () => {
  expect(jensenGap(losses(0.594, 0.59400006), "logits", "mean")).toBe(0);
  expect(jensenGap(losses(0.594, 0.59399), "logits", "mean")).toBeCloseTo(1e-5, 12);
  expect(jensenGap(losses(0.594, 0.59399), "logits", "max")).toBeNull();
});
