import { expect, test } from "vitest";
import { cardFileName, fileName, modelFileName } from "./file-name.ts";

test.each([
  ["Run 3, K = 8", "run-3-k-8"],
  ["../企鹅", "企鹅"],
  ["  ", "untitled"],
])("%s becomes the file name %s", (name, file) => {
  expect(fileName(name)).toBe(file);
});

test.each([
  ["Run 3", "run-3.safetensors", "run-3-card.md"],
  ["My model.SafeTensors", "my-model.safetensors", "my-model-card.md"],
])("the model %s lies in %s beside its card %s", (name, model, card) => {
  expect([modelFileName(name), cardFileName(name)]).toEqual([model, card]);
});
