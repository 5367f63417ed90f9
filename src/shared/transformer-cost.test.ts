import { describe, expect, test } from "vitest";
import { TUNINGS, type Tuning } from "./plugins/tunings/index.ts";
import { activationBytes } from "./transformer-cost.ts";

/** BERT base. */
const BASE = { layers: 12, hidden: 768, heads: 12, intermediate: 3072 };
const LOAD = { rows: 32, tokens: 128 };
const LORA = { id: "lora", rank: 8, alpha: 16, dropout: 0, projections: "query-value" } as const;
const EACH: readonly Tuning[] = [
  { id: "full" },
  { id: "head-only" },
  { id: "last-n", blocks: 2 },
  LORA,
  { id: "adapters", width: 48 },
  { id: "prefix", tokens: 10 },
  { id: "bitfit" },
  { id: "layer-norm" },
];

test("every tuning method has a cost", () => {
  expect(EACH.map(({ id }) => id).toSorted()).toEqual(TUNINGS.map(({ id }) => id).toSorted());
});

test("BERT base, all of it, 32 texts of 128 tokens: 3.0 GB, or 0.41 GB computed twice", () => {
  const { kept, recomputed } = activationBytes(BASE, LOAD, { id: "full" }, "captured");
  // 11 layers of 8 h + 2 m + a, then h, and 6 h + 3 m + a + 2 h in the last.
  expect(kept).toBe(4 * 32 * 128 * (11 * (8 * 768 + 2 * 3072 + 1536) + 768 + 8 * 768 + 3 * 3072 + 1536));
  expect(recomputed).toBe(4 * 32 * 128 * (12 * 768 + 8 * 768 + 3 * 3072 + 1536));
});

describe.each(["captured", "eager"] as const)("%s", (holding) => {
  test.each(EACH.map((tuning) => ({ name: tuning.id, tuning })))(
    "$name: rows count as often as there are",
    ({ tuning }) => {
      const one = activationBytes(BASE, { ...LOAD, rows: 1 }, tuning, holding);
      const seven = activationBytes(BASE, { ...LOAD, rows: 7 }, tuning, holding);
      expect(seven.kept).toBe(7 * one.kept);
      expect(seven.recomputed).toBe(7 * one.recomputed);
    },
  );

  test("a further layer costs what enters it, where it is computed twice", () => {
    const of = (layers: number) => activationBytes({ ...BASE, layers }, LOAD, LORA, holding);
    expect(of(7).recomputed - of(6).recomputed).toBe(4 * 32 * 128 * 768);
    expect(of(7).kept - of(6).kept).toBe(of(3).kept - of(2).kept);
    expect(of(7).kept - of(6).kept).toBeGreaterThan(8 * (of(7).recomputed - of(6).recomputed));
  });

  test("layers below all that is trained cost nothing", () => {
    const lastTwo = (layers: number) =>
      activationBytes({ ...BASE, layers }, LOAD, { id: "last-n", blocks: 2 }, holding);
    expect(lastTwo(12)).toEqual(lastTwo(3));
    const none = activationBytes(BASE, LOAD, { id: "head-only" }, holding);
    expect(none.kept).toBe(none.recomputed);
  });
});

test("what a tuning method reads of its own adds up", () => {
  const kept = (tuning: Tuning, tokens = 128) => activationBytes(BASE, { rows: 1, tokens }, tuning, "captured").kept;
  expect(kept({ id: "full" })).toBeGreaterThan(kept(LORA));
  expect(kept({ ...LORA, projections: "all" })).toBeGreaterThan(kept(LORA));
  expect(kept({ ...LORA, dropout: 0.1 })).toBeGreaterThan(kept(LORA));
  expect(kept({ ...LORA, rank: 9 }) - kept(LORA)).toBe(4 * 128 * 11 * 2);
  expect(kept({ id: "bitfit" })).toBeLessThan(kept(LORA));
  expect(kept({ id: "prefix", tokens: 10 })).toBeGreaterThan(kept({ id: "bitfit" }));
  // Scores grow with the square of the tokens.
  expect(kept(LORA, 512)).toBeGreaterThan(4.5 * kept(LORA, 128));
});
