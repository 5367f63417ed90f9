import { expect, test } from "vitest";
import { answerSentence, modelSentence, replyWords, shownClasses } from "./try-words.ts";

const MEAN = { id: "mean" } as const;
const classes = ["Adelie", "Chinstrap", "Gentoo"];

test("where both agree the sentence gives both figures and how much the repeats vary", () => {
  const prediction = { classes, clean: [0.9, 0.08, 0.02], pooled: [0.85, 0.1, 0.05], spread: [0.034, 0.02, 0.01] };
  const sentence = answerSentence(prediction, { k: 8, pooling: MEAN });
  expect(sentence).toBe(
    "“Adelie” (90.0%) in one clean pass; 8 noisy passes pooled with mean: 85.0%, varying by 3.4 points.",
  );
});

test("where they differ it does not choose between them", () => {
  const prediction = { classes, clean: [0.51, 0.49, 0], pooled: [0.4, 0.55, 0.05], spread: [0.2, 0.2, 0.01] };
  const sentence = answerSentence(prediction, { k: 1, pooling: { id: "max" } });
  expect(sentence).toBe(
    "Undecided: one clean pass says “Adelie” (51.0%), 1 noisy pass pooled with max says “Chinstrap” (55.0%).",
  );
});

test("a lead smaller than the spread is called close; repeats that are alike do not vary", () => {
  const close = { classes, clean: [0.5, 0.45, 0.05], pooled: [0.5, 0.45, 0.05], spread: [0.06, 0.06, 0] };
  expect(answerSentence(close, { k: 4, pooling: MEAN })).toMatch(/varying by 6\.0 points\. Close: the noise/);
  const still = { ...close, spread: [0, 0, 0] };
  expect(answerSentence(still, { k: 4, pooling: MEAN })).toMatch(/50\.0%\.$/);
});

test("what is wrong is said in place of an answer", () => {
  const inference = { k: 2, pooling: MEAN };
  expect(replyWords("table", inference, null, new Error("The engine is gone."), false)).toEqual({
    text: "The engine is gone.",
    bad: true,
  });
  expect(replyWords("table", inference, null, new Error("x"), true).text).toMatch(/field/);
  expect(replyWords("text", inference, null, null, false)).toMatchObject({ bad: false });
});

test("few classes keep their order; of many the likeliest are shown", () => {
  expect(shownClasses(3, [0.1, 0.2, 0.7])).toEqual([0, 1, 2]);
  const many = Array.from({ length: 40 }, (_, i) => (i === 33 ? 0.9 : i === 7 ? 0.1 : 0));
  expect(shownClasses(40, many).slice(0, 3)).toEqual([33, 7, 0]);
  expect(shownClasses(40, many)).toHaveLength(10);
  expect(shownClasses(40, null)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a model is told by backbone, size and classes", () => {
  const experiment = { backbone: { id: "mlp" } };
  const many = Array.from({ length: 9 }, (_, i) => `c${i}`);
  const summary = { experiment, parameters: 1419, classes: many } as unknown as Parameters<typeof modelSentence>[0];
  expect(modelSentence(summary)).toMatch(/, 1,419 trained parameters\. Classes: c0, c1, c2, c3, c4, c5 and 3 more\.$/);
});
