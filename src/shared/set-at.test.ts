import { describe, expect, test } from "vitest";
import { setAt, valueAt } from "./set-at.ts";

describe("setting a path", () => {
  const document = { a: { b: [1, { c: 2 }] }, d: 3 };

  test("replaces one place and leaves the document as it was", () => {
    expect(setAt(document, "a.b.1.c", 9)).toEqual({ a: { b: [1, { c: 9 }] }, d: 3 });
    expect(document.a.b[1]).toEqual({ c: 2 });
    expect(setAt(document, "e.f", true)).toEqual({ ...document, e: { f: true } });
    expect(setAt(document, "a.b.2", 5)).toEqual({ a: { b: [1, { c: 2 }, 5] }, d: 3 });
  });

  test("refuses places that cannot be", () => {
    expect(() => setAt(document, "a.b.7", 1)).toThrow('"7" is no place in a list of 2');
    expect(() => setAt(document, "d.x", 1)).toThrow("nothing lies below");
  });

  test("reads what it wrote, and nothing where there is nothing", () => {
    expect(valueAt(setAt(document, "a.b.1.c", 9), "a.b.1.c")).toBe(9);
    expect([valueAt(document, "a.b.7"), valueAt(document, "d.x"), valueAt(document, "e")]).toEqual(
      Array(3).fill(undefined),
    );
  });
});
