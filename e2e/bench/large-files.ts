import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { crc32, deflateSync } from "node:zlib";
import { Zip, ZipPassThrough } from "fflate";

/** Numbers in [0, 1) that are the same on every machine (mulberry32). */
function seededNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Writes pieces one after another without holding more than a few of them. */
async function writePieces(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  const file = createWriteStream(path);
  for (const piece of pieces)
    if (!file.write(piece)) await new Promise<void>((resolve) => file.once("drain", () => resolve()));
  file.end();
  await finished(file);
}

const ROWS_A_PIECE = 1000;

function* lines(header: string, rows: number, row: (index: number) => string): Generator<string> {
  let piece = `${header}\n`;
  for (let i = 0; i < rows; i++) {
    piece += `${row(i)}\n`;
    if ((i + 1) % ROWS_A_PIECE > 0) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

const COLUMNS = 32;

/** A table of 32 numeric columns and a label; a class moves the mean of a few columns. About 300 bytes a row. */
export function writeNumbers(path: string, rows: number, classes: number): Promise<void> {
  const random = seededNumbers(1);
  const names = Array.from({ length: COLUMNS }, (_, i) => `x${i + 1}`);
  const row = (): string => {
    const label = Math.floor(random() * classes);
    const cells = names.map((_, i) => (random() * 2 - 1 + ((label >> (i % 11)) & 1)).toFixed(6));
    return `${cells.join(",")},c${label}`;
  };
  return writePieces(path, lines([...names, "label"].join(","), rows, row));
}

/** A table of a text and a label. About 300 bytes a row. */
export function writeTexts(path: string, rows: number): Promise<void> {
  const random = seededNumbers(2);
  const words = Array.from({ length: 5000 }, () => {
    const letters = Array.from({ length: 3 + Math.floor(random() * 7) }, () => 97 + Math.floor(random() * 26));
    return String.fromCharCode(...letters);
  });
  const row = (): string => {
    const label = Math.floor(random() * 8);
    const text = Array.from({ length: 42 }, () => words[Math.floor(random() * 600) + label * 550]);
    return `"${text.join(" ")}, and so on",intent${label}`;
  };
  return writePieces(path, lines("text,label", rows, row));
}

const SIDE = 28;

/** A zip with a folder of grey PNG images for each class; a class's bright column tells it. */
export async function writeImages(path: string, images: number, classes: number): Promise<void> {
  const file = createWriteStream(path);
  const zip = new Zip((error, chunk) => {
    if (error) file.destroy(error);
    else file.write(chunk);
  });
  const random = seededNumbers(3);
  for (let i = 0; i < images; i++) {
    const label = i % classes;
    const entry = new ZipPassThrough(`class-${label}/${i}.png`);
    zip.add(entry);
    entry.push(
      grayPng((x) => Math.floor(random() * 128) + (x === 4 + 2 * label ? 127 : 0)),
      true,
    );
    if (file.writableNeedDrain) await new Promise<void>((resolve) => file.once("drain", () => resolve()));
  }
  zip.end();
  file.end();
  await finished(file);
}

/** An 8-bit grey PNG. Source: W3C, Portable Network Graphics, chapters 5 and 11. */
function grayPng(valueAt: (x: number) => number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header.set([8, 0, 0, 0, 0], 8);
  // Each row begins with its filter: 0, none.
  const rows = Buffer.alloc(SIDE * (SIDE + 1));
  for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) rows[y * (SIDE + 1) + 1 + x] = valueAt(x);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, pngChunk("IHDR", header), pngChunk("IDAT", deflateSync(rows)), pngChunk("IEND")]);
}

function pngChunk(kind: string, content = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
