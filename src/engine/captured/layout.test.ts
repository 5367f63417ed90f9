import { expect, test } from "vitest";
import { composed, gridOf, type Layout, layoutOf } from "./layout.ts";

/** Where each number finds its operand, digit by digit. */
function places(layout: Layout, count: number): number[] {
  return Array.from({ length: count }, (_, x) => {
    let rest = x;
    let place = 0;
    for (const { size, stride } of layout.toReversed()) {
      place += (rest % size) * stride;
      rest = Math.floor(rest / size);
    }
    return place;
  });
}

test("axes that are walked like one are one", () => {
  expect(layoutOf([2, 3, 1, 4], [12, 4, 99, 1])).toEqual([{ size: 24, stride: 1 }]);
  expect(layoutOf([2, 3, 4], [0, 0, 1])).toEqual([
    { size: 6, stride: 0 },
    { size: 4, stride: 1 },
  ]);
});

const CASES: readonly { name: string; inner: Layout; outer: Layout; count: number }[] = [
  { name: "a bias, transposed", inner: layoutOf([6, 4], [0, 1]), outer: layoutOf([4, 6], [1, 4]), count: 24 },
  { name: "a column over a row", inner: layoutOf([6, 1], [1, 0]), outer: layoutOf([6, 5], [1, 0]), count: 30 },
  { name: "a row of a transpose", inner: layoutOf([4, 6], [1, 4]), outer: layoutOf([3, 24], [0, 1]), count: 72 },
  {
    name: "heads of a bias",
    inner: layoutOf([10, 8], [0, 1]),
    outer: layoutOf([2, 4, 5, 2], [40, 2, 8, 1]),
    count: 80,
  },
  { name: "twice transposed", inner: layoutOf([4, 6], [1, 4]), outer: layoutOf([6, 4], [1, 6]), count: 24 },
];

test.each(CASES)("the operand of an operand is where it should be: $name", ({ inner, outer, count }) => {
  const whole = composed(inner, outer) as Layout;
  const within = places(inner, 1 + Math.max(...places(outer, count)));
  expect(places(whole, count)).toEqual(places(outer, count).map((place) => within[place]));
});

test("what does not fall together is refused", () => {
  expect(composed(layoutOf([4, 6], [1, 4]), layoutOf([2, 3, 4], [1, 8, 2]))).not.toBeNull();
  expect(composed(layoutOf([4, 6], [1, 4]), layoutOf([3, 4, 2], [8, 1, 4]))).toBeNull();
  expect(gridOf([layoutOf([4, 6], [0, 1]), layoutOf([6, 4], [0, 1])], 24)).toBeNull();
});

test("a grid gives every layout its strides", () => {
  const layouts = [layoutOf([4, 6], [0, 1]), layoutOf([24], [1]), layoutOf([2, 12], [0, 1]), layoutOf([24], [0])];
  const grid = gridOf(layouts, 24);
  expect(grid?.axes).toEqual([2, 2, 6]);
  for (const [i, layout] of layouts.entries())
    expect(places(layoutOf(grid?.axes ?? [], grid?.strides[i] ?? []), 24)).toEqual(places(layout, 24));
});
