import { expect, test } from "vitest";
import { mcnemar, type PairedTable } from "./mcnemar.ts";
import oracle from "./testing/oracle.json" with { type: "json" };

test.each(oracle.mcnemar)("$table as statsmodels has it", ({ table, exact, statistic, pValue }) => {
  const found = mcnemar(table as unknown as PairedTable);
  expect(found.exact).toBe(exact);
  expect(found.statistic).toBeCloseTo(statistic, 12);
  expect(Math.abs(found.pValue / pValue - 1)).toBeLessThan(1e-10);
});

test("24 discordant items are counted exactly, 25 are not", () => {
  expect(
    mcnemar([
      [9, 4],
      [20, 9],
    ]).exact,
  ).toBe(true);
  expect(
    mcnemar([
      [9, 5],
      [20, 9],
    ]).exact,
  ).toBe(false);
});

test("it knows no sides", () => {
  for (const [b, c] of [
    [3, 9],
    [20, 41],
  ] as const)
    expect(
      mcnemar([
        [5, b],
        [c, 5],
      ]).pValue,
    ).toBe(
      mcnemar([
        [5, c],
        [b, 5],
      ]).pValue,
    );
});
