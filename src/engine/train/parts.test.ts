import { beforeAll, expect, test } from "vitest";
import { startTestBackend } from "../testing/backends.ts";
import { toyData, toyExperiment } from "../testing/toy.ts";
import { maxTensorBytes, tf } from "../tf.ts";
import type { Network } from "./network.ts";
import { inParts, paceOf } from "./parts.ts";

/** A model whose training step has 32 rows. */
const modelOf = (widest: number) => ({
  network: { widest } as Network,
  data: toyData(),
  experiment: toyExperiment({ batchSize: 16, repeat: { k: 2 } }),
});
const items = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

beforeAll(() => startTestBackend("cpu"));

test("parts grow while they are soon done, up to what memory allows", () => {
  const widest = maxTensorBytes() / 4 / 8 / 500;
  const pace = paceOf(modelOf(widest));
  expect(pace.most).toBe(256);
  const seen = [pace.rows];
  for (let i = 0; i < 6; i++) {
    pace.took(pace.rows, 1);
    seen.push(pace.rows);
  }
  expect(seen).toEqual([32, 128, 256, 256, 256, 256, 256]);
  expect(paceOf(modelOf(maxTensorBytes())).rows).toBe(1);
});

test("parts that take long shrink to a training step's rows, but for the first, which compiles; small ones say nothing", () => {
  const pace = paceOf(modelOf(1));
  pace.took(32, 5000);
  expect(pace.rows).toBe(32);
  pace.took(7, 1);
  expect(pace.rows).toBe(32);
  pace.took(32, 40);
  expect(pace.rows).toBe(64);
  pace.took(64, 100);
  expect(pace.rows).toBe(64);
  pace.took(64, 800);
  expect(pace.rows).toBe(32);
  pace.rows = 1024;
  pace.took(1024, 800);
  expect(pace.rows).toBe(64);
});

test("every item is computed once, in its place, and shapes on the device are powers of two or the whole", async () => {
  const model = modelOf(1);
  for (const count of [1, 7, 37, 200, 1000]) {
    const sizes = new Set<number>();
    const starts: number[] = [];
    const of = (part: Int32Array, start: number) => {
      sizes.add(part.length);
      starts.push(start);
      return tf.stack(
        [
          tf.tensor1d(part, "float32"),
          tf.tensor1d(
            part.map((item) => -1 - item),
            "float32",
          ),
        ],
        1,
      );
    };
    const out = await inParts(items(count), { model, k: 3, width: 2 }, of, () => false);
    expect([...out]).toEqual([...items(count)].flatMap((item) => [item, -1 - item]));
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
    for (const size of sizes) expect(size === count || Math.log2(size) % 1 === 0).toBe(true);
  }
  const cancelled = inParts(
    items(3),
    { model, k: 1, width: 1 },
    (part) => tf.tensor1d(part, "float32"),
    () => true,
  );
  await expect(cancelled).rejects.toThrow(/cancelled/);
});
