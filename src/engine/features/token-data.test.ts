import { expect, test } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import type { TokenReader } from "../models/tunable.ts";
import { PADDING, tokenRows, tokenViews } from "./token-data.ts";

/** Reads one token a word, its id the word's length, between a first and a last special one; no more than six. */
const reader: TokenReader = {
  vocabulary: 100,
  read: (text) => {
    const words = text.split(" ").filter(Boolean);
    const content = words.slice(0, 4).map((word) => ({ id: word.length, text: ` ${word}`, special: false }));
    const [first, last] = [90, 91].map((id) => ({ id, text: "", special: true }));
    return { tokens: [first, ...content, last] as never, beyond: Math.max(0, words.length - 4) };
  },
};

const experiment = (noises: object[]) =>
  parseExperiment({
    version: 1,
    task: "text-classification",
    data: { train: "texts.csv" },
    repeat: { k: 3, noises },
  });
const inputs = { modality: "text", texts: ["a bb ccc", "", "aaaa", "a bb ccc dddd eeeee ffffff"] } as const;

test("texts become rows of ids of one length, in the order of the items", () => {
  const { values, length } = tokenRows(experiment([]), inputs, Int32Array.of(2, 0, 1), reader, { views: 0, draw: 0 });
  expect(length).toBe(5);
  expect([...values]).toEqual([
    ...[90, 4, 91, PADDING, PADDING],
    ...[90, 1, 2, 3, 91],
    ...[90, 91, PADDING, PADDING, PADDING],
  ]);
});

test("noise takes away and moves content alone, another draw for each view, the same at every reading", () => {
  const dropped = experiment([{ id: "token-drop", probability: 0.5 }]);
  const read = (draw: number) => tokenRows(dropped, inputs, Int32Array.of(3), reader, { views: 40, draw });
  const { values, length } = read(0);
  const rows = Array.from({ length: 41 }, (_, row) => {
    return [...values.subarray(row * length, (row + 1) * length)].filter((id) => id !== PADDING);
  });
  expect(rows[0]).toEqual([90, 1, 2, 3, 4, 91]);
  for (const row of rows) {
    expect([row[0], row.at(-1)]).toEqual([90, 91]);
    expect(row.slice(1, -1)).toEqual(row.slice(1, -1).sort((a, b) => a - b));
    expect(row.length).toBeGreaterThan(2);
  }
  expect(new Set(rows.map(String)).size).toBeGreaterThan(8);
  expect(read(0).values).toEqual(values);
  expect(read(1).values).not.toEqual(values);
});

test("views are shown without special tokens, with what is not read at the end", () => {
  const [view] = tokenViews(experiment([]), inputs.texts[3], 3, reader, { views: 1, draw: 0 });
  const texts = view?.modality === "text" ? view.tokens.map(({ text }) => text) : [];
  expect(texts).toEqual(["a", " bb", " ccc", " dddd", " … (2 more tokens, which are not read)"]);
});
