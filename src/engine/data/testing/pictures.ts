import { deflateSync } from "node:zlib";
import { zipSync } from "fflate";

/** Files by name, with text or bytes in them. */
export type Files = Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;

/** A PNG of 8 bits a channel without filters, as RFC 2083 has it. Samples: row by row, 1 or 3 a pixel. */
export function png(width: number, height: number, samples: readonly number[]): Uint8Array<ArrayBuffer> {
  const channels = samples.length / (width * height);
  const rows = Buffer.concat(
    Array.from({ length: height }, (_, y) =>
      Buffer.from([0, ...samples.slice(y * width * channels, (y + 1) * width * channels)]),
    ),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 3 ? 2 : 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [pngChunk("IHDR", header), pngChunk("IDAT", deflateSync(rows)), pngChunk("IEND", Buffer.alloc(0))];
  return Uint8Array.from(Buffer.concat([signature, ...chunks]));
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(bitwiseCrc(body), body.length + 4);
  return out;
}

/** Bit by bit from the polynomial, unlike the table that the reader uses. */
function bitwiseCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A zip with deflated entries. */
export const zip = (files: Files): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    zipSync(
      Object.fromEntries(
        Object.entries(files).map(([path, content]) => [
          path,
          typeof content === "string" ? new TextEncoder().encode(content) : content,
        ]),
      ),
    ),
  );

/** Grey squares of one value each, in class folders: `{ cat: 3 }` makes cat/0.png to cat/2.png. */
export function squares(classes: Readonly<Record<string, number>>, prefix = "", side = 4): Files {
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (const [c, [name, count]] of Object.entries(classes).entries())
    for (let i = 0; i < count; i++)
      files[`${prefix}${name}/${i}.png`] = png(side, side, new Array(side * side).fill(c * 50 + i + 1));
  return files;
}
