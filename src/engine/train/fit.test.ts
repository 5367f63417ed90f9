import { expect, test } from "vitest";
import { toyExperiment } from "../testing/toy.ts";
import { refuseMissingLayers, refuseWhatCannotFit } from "./fit.ts";

const step = (k: number, batchSize: number) => toyExperiment({ repeat: { k }, batchSize });
const CNN = { widest: 28 * 28 * 64, held: 0 };
const LIMIT = { tensor: 128 * 2 ** 20, total: Number.POSITIVE_INFINITY };

test("a step that fits to the byte is let through", () => {
  expect(() =>
    refuseWhatCannotFit(step(8, 32), { widest: 1000, held: 0 }, { ...LIMIT, tensor: 8 * 32 * 1000 * 4 }),
  ).not.toThrow();
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
  expect(() => refuseWhatCannotFit(step(2, 2), { widest: 1000, held: 0 }, { ...LIMIT, tensor: 100 })).toThrow(
    "Even one pass of one sample",
  );
});

test("a backbone that holds too much in all is refused by the rows that go through it", () => {
  const tuned = { widest: 1000, held: 64_000 };
  const limits = { tensor: Number.POSITIVE_INFINITY, total: 32 * 3 * 64_000 * 4 };
  const noisy = (k: number, batchSize: number) =>
    toyExperiment({ batchSize, repeat: { k, noises: [{ id: "gaussian", site: "input", stdDev: 1 }] } });
  expect(() => refuseWhatCannotFit(noisy(3, 32), tuned, limits)).not.toThrow();
  expect(() => refuseWhatCannotFit(noisy(4, 32), tuned, limits)).toThrow(
    /repeat\.k: K = 4 on a batch of 32 needs about 33 MB.*K of at most 3, or a batch of at most 24, would fit/,
  );
  // Without noise below, each sample goes through it once, whatever K.
  expect(() => refuseWhatCannotFit(step(64, 96), tuned, limits)).not.toThrow();
  expect(() => refuseWhatCannotFit(step(64, 97), tuned, limits)).toThrow(
    /batchSize: A batch of 97 needs about 25 MB.*A batch of at most 96, would fit/,
  );
});

test("noise at a hidden layer that the model lacks is refused by its number", () => {
  const noisy = (layers: number[]) => ({
    repeat: { ...toyExperiment().repeat, noises: [{ id: "dropout", site: "hidden", rate: 0.1, layers } as const] },
    head: { hidden: [8] },
  });
  expect(() => refuseMissingLayers(noisy([1, 7]), { numHiddenBackbone: 6 })).not.toThrow();
  expect(() => refuseMissingLayers(noisy([1, 8]), { numHiddenBackbone: 6 })).toThrow(
    "repeat.noises.0.layers: there is no hidden layer 8: this model has 7.",
  );
});
