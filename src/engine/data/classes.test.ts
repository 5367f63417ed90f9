import { expect, test } from "vitest";
import { sortClasses } from "./classes.ts";

test("numbers sort by value, anything else by code point", () => {
  expect(sortClasses(["10", "9", "-1", "1e1"])).toEqual(["-1", "9", "10", "1e1"]);
  expect(sortClasses(["10", "9", "x"])).toEqual(["10", "9", "x"]);
  // By UTF-16 units the second, a surrogate pair, would come first.
  expect(sortClasses(["\u{1f427}", "\uff21", "a", "ab"])).toEqual(["a", "ab", "\uff21", "\u{1f427}"]);
});
