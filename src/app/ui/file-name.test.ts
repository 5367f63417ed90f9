import { expect, test } from "vitest";
import { fileName } from "./file-name.ts";

test.each([
  ["Run 3, K = 8", "run-3-k-8"],
  ["../企鹅", "企鹅"],
  ["  ", "untitled"],
])("%s becomes the file name %s", (name, file) => {
  expect(fileName(name)).toBe(file);
});
