import { expect, test } from "vitest";
import { CancelledError } from "../errors.ts";
import { sha256 } from "../hashing/digests.ts";
import { contentIdOf } from "./content-id.ts";
import type { Work } from "./dataset.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };

const named = (path: string, content: string) => ({ path, file: new Blob([content]) });
const idOf = (files: ReturnType<typeof named>[], roles = {}) => contentIdOf({ kind: "files", files, roles }, WORK);

test("the identity is of content, names and roles, and of nothing else", async () => {
  const [a, b] = [named("a.csv", "x,y\n1,2"), named("b.csv", "x,y\n3,4")];
  const id = await idOf([a, b]);
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  expect(await idOf([b, a], { test: undefined })).toBe(id);
  const others = [
    await idOf([a]),
    await idOf([a, named("b.csv", "x,y\n3,5")]),
    await idOf([a, named("c.csv", "x,y\n3,4")]),
    await idOf([a, b], { test: "b.csv" }),
    await idOf([a, b], { validation: "b.csv" }),
  ];
  expect(new Set([id, ...others]).size).toBe(6);
  expect(await contentIdOf({ kind: "text", name: "a.csv", text: "x,y\n1,2" }, WORK)).toBe(others[0]);
  expect(await contentIdOf({ kind: "sample", id: "iris" }, WORK)).toBe("sample:iris");
});

test("files that are read together have the identity that their digests give, one by one", async () => {
  const contents = ["", "a", "bc", "d".repeat(5 << 20), "e"];
  const digest = async (text: string): Promise<string> => {
    const chunks = [text.slice(0, 4 << 20), ...(text.length > 4 << 20 ? [text.slice(4 << 20)] : [])];
    return sha256OfHex((await Promise.all(chunks.map((chunk) => sha256(chunk)))).join(""));
  };
  const lines = contents.map(async (text, i) => JSON.stringify([`f${i}`, text.length, await digest(text)]));
  const expected = await sha256(["[null,null]", ...(await Promise.all(lines)).sort()].join("\n"));
  expect(await idOf(contents.map((text, i) => named(`f${i}`, text)))).toBe(expected);
});

const sha256OfHex = (text: string): Promise<string> => sha256(new Uint8Array(Buffer.from(text, "hex")));

test("a large file differs wherever it differs, beyond the first chunk, too", async () => {
  const bytes = new Uint8Array(9 << 20);
  const of = () => contentIdOf({ kind: "files", files: [{ path: "a", file: new Blob([bytes]) }] }, WORK);
  const ids = [await of()];
  for (const at of [0, (4 << 20) - 1, 4 << 20, bytes.length - 1]) {
    bytes[at] = 1;
    ids.push(await of());
  }
  expect(new Set(ids).size).toBe(5);
});

test("identifying stops between chunks once it is cancelled, and a file that cannot be read is left to who opens it", async () => {
  const abort = new AbortController();
  const dones: number[] = [];
  const progress = (_: string, done: number): void => {
    dones.push(done);
    abort.abort();
  };
  const file = new Blob([new Uint8Array(9 << 20)]);
  const files = [{ path: "a", file }];
  await expect(contentIdOf({ kind: "files", files }, { signal: abort.signal, progress })).rejects.toThrow(
    CancelledError,
  );
  expect(dones).toEqual([4 << 20]);
  const gone = Object.assign(new Blob(["x"]), {
    slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }),
  });
  expect(await idOf([{ path: "a", file: gone as unknown as Blob }])).toMatch(/^[0-9a-f]{64}$/);
});
