import { expect, test } from "vitest";
import {
  decodePredictions,
  type EpochPredictions,
  encodePredictions,
  predictionsOf,
  withNext,
} from "./epoch-predictions.ts";

const of = (epoch: number): EpochPredictions => ({
  epoch,
  predicted: Uint16Array.of(epoch % 7, 300, 2),
  confidence: Float32Array.of(1 / epoch, 0.1, 0.9),
});
/** Epochs that are kept after so many, where there is room for so many. */
const kept = (epochs: number, room: number): number[] => {
  let history: EpochPredictions[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) history = withNext(history, of(epoch), room * 18);
  return history.map(({ epoch }) => epoch);
};

test("the class of the highest probability, and how high it is", () => {
  const { epoch, predicted, confidence } = predictionsOf(3, Float32Array.of(0.25, 0.75, 0, 0.5, 0.125, 0.375), 3);
  expect({ epoch, predicted: [...predicted], confidence: [...confidence] }).toEqual({
    epoch: 3,
    predicted: [1, 0],
    confidence: [0.75, 0.5],
  });
});

test("every second, fourth, ... epoch is kept where there is no room for more, and always the last", () => {
  expect(kept(5, 5)).toEqual([1, 2, 3, 4, 5]);
  expect(kept(6, 5)).toEqual([2, 4, 6]);
  expect(kept(9, 5)).toEqual([2, 4, 6, 8, 9]);
  expect(kept(11, 5)).toEqual([4, 8, 11]);
  expect(kept(40, 5)).toEqual([8, 16, 24, 32, 40]);
  expect(kept(6, 0)).toEqual([6]);
  expect(kept(1000, 1000)).toHaveLength(1000);
});

test("they come back from bytes as they were, and other bytes are refused by name", () => {
  const history = [of(2), of(4), of(5)];
  expect(decodePredictions(encodePredictions(history), "p")).toEqual(history);
  expect(decodePredictions(encodePredictions([]), "p")).toEqual([]);
  expect(() => decodePredictions(encodePredictions(history).slice(0, 90), "p.bin")).toThrow(
    /^p\.bin is no predictions/,
  );
});
