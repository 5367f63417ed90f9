import { expect, test } from "vitest";
import { parseTags } from "./tags.ts";

test("commas part tags, spaces belong to them, none stands twice", () => {
  expect(parseTags("for the paper, baseline ,, baseline,")).toEqual(["for the paper", "baseline"]);
  expect(parseTags("  ")).toEqual([]);
});
