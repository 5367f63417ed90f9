import { expect, test } from "vitest";
import { toyExperiment } from "../testing/toy.ts";
import { refuseWhatCannotFit } from "./fit.ts";

const step = (k: number, batchSize: number) => toyExperiment({ repeat: { k }, batchSize });
const CNN = { widest: 28 * 28 * 64 };
const LIMIT = 128 * 2 ** 20;

test("a step that fits to the byte is let through", () => {
  expect(() => refuseWhatCannotFit(step(8, 32), { widest: 1000 }, 8 * 32 * 1000 * 4)).not.toThrow();
  expect(() => refuseWhatCannotFit(step(20, 32), CNN, LIMIT)).not.toThrow();
});

test("a step that does not fit names what it needs and what would fit, and that does fit", () => {
  const refused = () => refuseWhatCannotFit(step(64, 32), CNN, LIMIT);
  expect(refused).toThrow("repeat.k: K = 64 on a batch of 32 needs a tensor of 412 MB");
  expect(refused).toThrow("K of at most 20, or a batch of at most 10, would fit.");
  expect(() => refuseWhatCannotFit(step(20, 32), CNN, LIMIT)).not.toThrow();
  expect(() => refuseWhatCannotFit(step(64, 10), CNN, LIMIT)).not.toThrow();
  expect(() => refuseWhatCannotFit(step(21, 32), CNN, LIMIT)).toThrow("repeat.k");
  expect(() => refuseWhatCannotFit(step(64, 11), CNN, LIMIT)).toThrow("repeat.k");
});

test("says so where nothing would fit", () => {
  expect(() => refuseWhatCannotFit(step(2, 2), { widest: 1000 }, 100)).toThrow("Even one pass of one sample");
});
