import { expect, test } from "vitest";
import { droppedFiles } from "./dropped-files.ts";

const file = (path: string) => ({
  isFile: true,
  fullPath: path,
  file: (resolve: (f: { name: string }) => void) => resolve({ name: path }),
});

/** A folder whose reader gives its entries two at a time. */
const folder = (path: string, entries: object[]) => ({
  isFile: false,
  fullPath: path,
  createReader: () => {
    const left = [...entries];
    return { readEntries: (resolve: (batch: object[]) => void) => resolve(left.splice(0, 2)) };
  },
});

const dropped = (entries: object[]) =>
  droppedFiles({
    items: entries.map((entry) => ({ kind: "file", webkitGetAsEntry: () => entry })),
    files: [],
  } as unknown as DataTransfer);

test("folders are read to their leaves, past the first batch of entries", async () => {
  const cats = folder("/photos/cat", [file("/photos/cat/1.png"), file("/photos/cat/2.png"), file("/photos/cat/3.png")]);
  const files = await dropped([folder("/photos", [cats, file("/photos/readme.txt")]), file("/extra.csv")]);
  expect(files.map(({ path }) => path)).toEqual([
    "photos/cat/1.png",
    "photos/cat/2.png",
    "photos/cat/3.png",
    "photos/readme.txt",
    "extra.csv",
  ]);
});

test("text dragged onto the page is no file", async () => {
  const transfer = { items: [{ kind: "string" }], files: [] } as unknown as DataTransfer;
  expect(await droppedFiles(transfer)).toEqual([]);
});
