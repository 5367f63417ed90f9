import { deflateSync, inflateSync } from "node:zlib";
import { zipSync } from "fflate";
import type { DataProblem } from "../../../shared/dataset.ts";
import { type Experiment, type ExperimentFile, parseExperiment } from "../../../shared/experiment.ts";
import type { DataSource } from "../../../shared/protocol.ts";
import { DataError } from "../../errors.ts";
import type { OpenOptions, Source, Work } from "../dataset.ts";
import type { DecodeImage } from "../images/decode.ts";
import { readImageHeader } from "../images/image-header.ts";
import { openWith } from "../open.ts";

/** Work that nobody watches. */
export const quietWork = (signal: AbortSignal = new AbortController().signal): Work => ({ signal, progress: () => {} });

/** Files by name, with text or bytes in them. */
export type Files = Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;

export function dropped(files: Files, roles?: Extract<DataSource, { kind: "files" }>["roles"]): DataSource {
  const named = Object.entries(files).map(([path, content]) => ({ path, file: new Blob([content]) }));
  return { kind: "files", files: named, ...(roles && { roles }) };
}

export function openFiles(files: Files, options: Partial<OpenOptions> = {}, work = quietWork()): Promise<Source> {
  return openWith(decodePng)(dropped(files), { skipBad: false, maxRows: 200_000, ...options }, work);
}

/** The proposed experiment of a source, with changes to its data section and its seed. */
export function proposed(source: Source, data: Partial<ExperimentFile["data"]> = {}, seed = 1): Experiment {
  const { task, data: guess } = source.summary.guess;
  return parseExperiment({ version: 1, task, data: { ...guess, ...data }, seed });
}

/** The problems of the DataError that something must end in. */
export async function refusal(
  work: Promise<unknown>,
): Promise<{ problems: readonly DataProblem[]; skippable: number }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DataError) return { problems: error.problems, skippable: error.skippable };
    throw error;
  }
  throw new Error("It was expected to be refused.");
}

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

/** Decodes what {@link png} writes. */
export const decodePng: DecodeImage = async (bytes) => {
  const { width, height } = readImageHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = bytes[25] === 2 ? 3 : 1;
  const rows = inflateSync(bytes.subarray(41, 41 + view.getUint32(33)));
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        rgba[(y * width + x) * 4 + c] = rows[y * (width * channels + 1) + 1 + x * channels + (c % channels)] as number;
  return { width, height, rgba };
};

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
