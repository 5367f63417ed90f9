import { describe, expect, test } from "vitest";
import { parseSweepArguments, parseTrainArguments } from "./arguments.ts";

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

describe("the sweep command's arguments", () => {
  test("are a file, a folder and a backend, in any order", () => {
    const sweep = { sweep: "s.json", out: "d" };
    expect(parseSweepArguments(["--out", "d", "s.json"])).toEqual({ ...sweep, backend: "auto" });
    expect(parseSweepArguments(["s.json", "--backend=cpu", "--out=d"])).toEqual({ ...sweep, backend: "cpu" });
  });

  test.each([
    [[], "Which sweep?"],
    [["a"], "--out names the folder"],
    [["a", "b", "--out", "d"], '"b" is a second'],
    [["a", "--out", "d", "--backend", "gpu"], 'not "gpu"'],
    [["a", "--out"], "--out"],
    [["a", "--out", "d", "--set", "k=1"], "--set"],
  ])("%j is refused", (argv, message) => {
    expect(() => parseSweepArguments(argv)).toThrow(message);
  });
});
