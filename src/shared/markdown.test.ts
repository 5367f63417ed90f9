import { expect, test } from "vitest";
import { codeBlock, table, verbatim } from "./markdown.ts";
import { markdownTables } from "./testing/markdown-tables.ts";

const HOSTILE = [
  "a|b",
  "a\\|b",
  "ends with \\",
  "`code` and ``more``",
  "<img src=x onerror=alert(1)>",
  "[link](https://example.org)",
  "**bold** _it_ ~~gone~~ $x$",
  "# no heading",
  "&lt;",
  "意图",
  "_init_ of snake_case__x",
];

test("a cell shows a text as it is, whatever it holds", () => {
  const read = markdownTables(
    table(
      [{ title: "name" }, { title: "n", figures: true }],
      HOSTILE.map((name) => [verbatim(name), "1"]),
    ),
  );
  expect(read).toEqual([[["name", "n"], ...HOSTILE.map((name) => [name, "1"])]]);
});

test("no character with a meaning is left unescaped", () => {
  for (const text of HOSTILE) {
    const unescaped = verbatim(text).replace(/\\[!-/:-@[-`{-~]/g, "");
    expect(unescaped).not.toMatch(/[\\`*[\]<>#|~$&]/);
    expect(unescaped).not.toMatch(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u);
  }
});

test("line breaks and control characters cannot begin a block of their own", () => {
  expect(verbatim("one\n\n# two\r\n\tthree\u0000\u2028four ")).toBe("one \\# two three four");
  expect(verbatim("- item")).toBe("\\- item");
  expect(verbatim(" \n ")).toBe("(empty)");
});

test("a block of code outlives the fences in it", () => {
  expect(codeBlock("a\n```\nb\n````", "json")).toBe("`````json\na\n```\nb\n````\n`````");
  expect(codeBlock("plain\n")).toBe("```\nplain\n```");
});

test("figures stand to the right", () => {
  expect(table([{ title: "a" }, { title: "b", figures: true }], [])).toBe("| a | b |\n| --- | ---: |");
});
