import { expect, test } from "vitest";
import { pieceTexts } from "./piece-texts.ts";

test.each([
  ["It's delayed again, so", ["it", "'", "s", "delay", "##ed", "again", ",", "so"]],
  ["退款  请", ["退", "款", "请"]],
  ["A a A", ["a", "a", "a"]],
])("the tokens of %j are that text again", (text, pieces) => {
  expect(pieceTexts(text, pieces).join("")).toBe(text.replace(/\s+/g, " "));
});

test("what is not in the text is shown as it is, and what follows is found again", () => {
  expect(pieceTexts("un café ☃ noir", ["un", "cafe", "[UNK]", "noir"])).toEqual(["un", " cafe", " [UNK]", " noir"]);
  expect(pieceTexts("İx y", ["i", "##x", "y"])).toEqual([" i", "x", " y"]);
});
