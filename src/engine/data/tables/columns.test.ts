import { expect, test } from "vitest";
import { toNumber } from "./columns.ts";

test.each([
  ["3", 3],
  [" -2.50 ", -2.5],
  ["+.5", 0.5],
  ["1e-3", 0.001],
  ["1,5", 1.5],
  ["-0,125", -0.125],
  ["12,3456", 12.3456],
  ["1.234.567,8", 1234567.8],
])("%j is the number %d", (cell, number) => {
  expect(toNumber(cell)).toBe(number);
});

test.each([
  "",
  "-",
  "1,234",
  "12,345",
  "1,2,3",
  "1.2.3",
  "1 000",
  "0x10",
  "12a",
  "1e400",
  "Infinity",
  "NaN",
  "1,",
  ",5",
])("%j is no number", (cell) => {
  expect(toNumber(cell)).toBeNull();
});
