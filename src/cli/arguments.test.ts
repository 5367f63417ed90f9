import { describe, expect, test } from "vitest";
import { parseTrainArguments, setAt } from "./arguments.ts";

describe("the train command's arguments", () => {
  test("are read in any order", () => {
    expect(
      parseTrainArguments(["--set", "repeat.k=4", "e.json", "--backend", "wasm", "--out", "d", "--export"]),
    ).toEqual({
      experiment: "e.json",
      out: "d",
      backend: "wasm",
      export: true,
      set: [["repeat.k", 4]],
    });
    expect(parseTrainArguments(["e.json"])).toEqual({
      experiment: "e.json",
      out: null,
      backend: "auto",
      export: false,
      set: [],
    });
  });

  test("values are JSON where they can be, else text; only the first = parts them", () => {
    const set = (text: string) => parseTrainArguments(["e", "--set", text]).set[0];
    expect(set('repeat.noises=[{"id":"dropout"}]')).toEqual(["repeat.noises", [{ id: "dropout" }]]);
    expect(set("data.train=a=b.csv")).toEqual(["data.train", "a=b.csv"]);
    expect(set("clipNorm=null")).toEqual(["clipNorm", null]);
  });

  test.each([
    [[], "Which experiment?"],
    [["a", "b"], '"b" is a second'],
    [["a", "--out"], "--out needs a value"],
    [["a", "--backend", "gpu"], 'not "gpu"'],
    [["a", "--export"], "--export writes into the folder of --out"],
    [["a", "--fast"], "Unknown option --fast"],
    [["a", "--set", "k"], 'not "k"'],
  ])("%j is refused", (argv, message) => {
    expect(() => parseTrainArguments(argv)).toThrow(message);
  });
});

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
});
