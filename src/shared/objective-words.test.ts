import { expect, test } from "vitest";
import { parseExperiment } from "./experiment.ts";
import { objectiveWords } from "./objective-words.ts";

const words = (change: object) =>
  objectiveWords(parseExperiment({ version: 1, task: "image-classification", data: { train: "a.zip" }, ...change }));

test("an objective is said by its id, its weight and what is not at its default", () => {
  expect(words({})).toBe("cross-entropy");
  expect(words({ objective: { id: "focal", gamma: 2 } })).toBe("focal");
  expect(words({ objective: { id: "cross-entropy", labelSmoothing: 0.1, classWeights: "balanced" } })).toBe(
    "cross-entropy (label smoothing 0.1, class weights balanced)",
  );
  const terms = [{ weight: 0.5, objective: { id: "focal", gamma: 3 } }, { objective: { id: "soft-f1" } }];
  expect(words({ objective: { id: "sum", terms }, consistency: { id: "symmetric-kl", weight: 2 } })).toBe(
    "0.5 focal (focus gamma 3) + soft-f1 + 2 symmetric-kl",
  );
});
