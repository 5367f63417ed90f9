import { expect, test } from "vitest";
import { z } from "zod";
import { newDisk, startOf, storeOn } from "../testing/stores.ts";
import { type Format, readEntry } from "./format.ts";

/** A third version: the second gave seconds their unit, the third a name. */
const THIRD: Format<{ version: 3; ms: number; name: string }> = {
  kind: "stopwatch",
  version: 3,
  schema: z.object({ version: z.literal(3), ms: z.number(), name: z.string() }),
  migrations: {
    1: ({ seconds, ...rest }) => ({ ...rest, ms: 1000 * (seconds as number) }),
    2: (entry) => ({ ...entry, name: `of ${entry.ms} ms` }),
  },
};

test("an entry of a former version goes through every migration in turn", () => {
  expect(readEntry(THIRD, { version: 1, seconds: 3 }, "a")).toEqual({ version: 3, ms: 3000, name: "of 3000 ms" });
  expect(readEntry(THIRD, { version: 2, ms: 5 }, "a")).toEqual({ version: 3, ms: 5, name: "of 5 ms" });
  expect(readEntry(THIRD, { version: 3, ms: 5, name: "b" }, "a").name).toBe("b");
});

test.each([
  [{ version: 4, ms: 1 }, /The stopwatch "a" was kept by a newer version of Refrain/],
  [{ version: 3, ms: "soon", name: "b" }, /The stopwatch "a" is damaged: "ms": .*expected number/],
  [{ seconds: 3 }, /has no version/],
  [null, /has no version/],
  [{ version: 0 }, /has no version/],
])("%j is refused, and why", (entry, why) => {
  expect(() => readEntry(THIRD, entry, "a")).toThrow(why);
});

test("a migration that is missing is told", () => {
  const gap = { ...THIRD, migrations: { 1: THIRD.migrations[1] as NonNullable<(typeof THIRD.migrations)[1]> } };
  expect(() => readEntry(gap, { version: 1, seconds: 3 }, "a")).toThrow(/is of version 2, which cannot be read/);
});

test("runs of a newer version are told, stay as they are with their blobs, and keep no other from being read", async () => {
  const disk = await newDisk();
  const store = await storeOn(disk).open();
  await store.runs.begin(startOf("a"));
  const blob = { hash: "ab".repeat(32), bytes: 3 };
  const newer = { version: 9, something: "else", blobs: { tape: blob } };
  const draft = await disk.shelf.draft();
  await draft.finish(blob.hash);
  await disk.catalogue.write([
    { table: "runs", key: "b", value: newer },
    { table: "runs", key: "c", value: { version: 1, blobs: {}, ...{ runId: 7 } } },
    { table: "sources", key: "d", value: { version: 2, blobs: {} } },
  ]);
  store.kept.close();
  const { runs, problems } = await (await storeOn(disk).open()).read();
  expect(runs.map(({ runId }) => runId)).toEqual(["a"]);
  expect(problems).toEqual([
    expect.stringMatching(/The run "b" was kept by a newer version/),
    expect.stringMatching(/The run "c" is damaged: "runId"/),
    expect.stringMatching(/The data set "d" was kept by a newer version/),
  ]);
  expect(await disk.catalogue.get("runs", "b")).toEqual(newer);
  expect(await disk.shelf.hashes()).toEqual([blob.hash]);
});
