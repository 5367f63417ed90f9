import { Inflate } from "fflate";
import { type Fault, refuse } from "../problems.ts";
import { BlobBlocks } from "./blob-blocks.ts";
import { readDirectory, type ZipRecord } from "./zip-directory.ts";

/** A file inside what was dropped, wherever it lies; nothing of it is read before `read`. */
export interface Entry {
  /** Path inside its archive or among the dropped files, with "/" between folders. */
  readonly path: string;
  /** The path with the archive's name before it. */
  readonly origin: string;
  readonly bytes: number;
  /** @throws Error saying what is wrong with this entry */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** What a zip may expand to. Deflate reaches 1032:1 on zeros; images and tables stay far below 200:1. */
const LIMITS = { ratio: 200, ratioFromBytes: 1 << 28, totalBytes: 2 ** 35, entryBytes: 2 ** 31 - 1 } as const;

/**
 * The files of a zip archive by its table of contents. Each is inflated when it is read, never all at once, and never
 * beyond the size it declares.
 * @param flawed told of entries that cannot be read
 * @throws DataError where the archive is cut off, is a zip bomb, or is none
 */
export async function openZip(blob: Blob, name: string, flawed: (fault: Fault) => void): Promise<Entry[]> {
  const blocks = new BlobBlocks(blob);
  const records = await readDirectory(blob, name);
  checkExpansion(records, blob.size, name);
  return records.flatMap((record) => {
    const path = normalPath(record.path);
    if (path === "" || record.path.endsWith("/") || isJunk(path)) return [];
    const origin = `${name}/${path}`;
    const fault = faultOf(record);
    if (fault) {
      flawed({ file: origin, ...fault });
      return [];
    }
    return [{ path, origin, bytes: record.size, read: () => readRecord(record, blocks) }];
  });
}

/** Names with "..", a drive or a leading slash are only names here; they are shortened to what they mean. */
export function normalPath(path: string): string {
  const parts = path
    .replace(/\\/g, "/")
    .replace(/^[a-z]:/i, "")
    .split("/");
  return parts.filter((part) => part !== "" && part !== "." && part !== "..").join("/");
}

/** What operating systems leave in folders and archives. */
export const isJunk = (path: string): boolean =>
  /(^|\/)(__MACOSX\/|\.[^/]*(\/|$)|Thumbs\.db$|desktop\.ini$)/i.test(path);

function checkExpansion(records: readonly ZipRecord[], bytes: number, file: string): void {
  const total = records.reduce((sum, record) => sum + record.size, 0);
  const bomb = total > LIMITS.totalBytes || (total > LIMITS.ratioFromBytes && total > bytes * LIMITS.ratio);
  if (!bomb) return;
  const expands = `${(total / 2 ** 30).toPrecision(3)} GiB from ${(bytes / 2 ** 20).toPrecision(3)} MiB`;
  refuse({
    file,
    message: `The archive would expand to ${expands}; this looks like a zip bomb.`,
    action: "Unpack it where there is room, and drop the folder or a part of it.",
  });
}

function faultOf({ encrypted, method, size }: ZipRecord): Omit<Fault, "file"> | null {
  if (encrypted) return { message: "This entry is encrypted.", action: "Pack the archive again without a password." };
  if (method !== 0 && method !== 8)
    return {
      message: `This entry is compressed by method ${method}, which is not supported.`,
      action: "Pack the archive again with the usual method (deflate).",
    };
  if (size > LIMITS.entryBytes)
    return { message: `This entry has ${(size / 2 ** 30).toPrecision(3)} GiB.`, action: "Unpack the archive first." };
  return null;
}

const LOCAL_HEADER_BYTES = 30;
const INFLATE_STEP_BYTES = 1 << 16;

async function readRecord(record: ZipRecord, blocks: BlobBlocks): Promise<Uint8Array<ArrayBuffer>> {
  const header = await blocks.read(record.offset, record.offset + LOCAL_HEADER_BYTES);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== 0x04034b50)
    throw new Error("the archive is damaged here");
  const start = record.offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  const packed = await blocks.read(start, start + record.packedSize);
  if (packed.length < record.packedSize) throw new Error("the archive is cut off here");
  if (record.method === 0) return packed;
  return inflate(packed, record.size);
}

/** Inflates raw deflate data that must come to exactly `size` bytes, and stops as soon as there are more. */
function inflate(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(size);
  let at = 0;
  const stream = new Inflate((chunk) => {
    if (at + chunk.length > size) throw new Error(`it expands beyond the ${size} bytes it declares`);
    out.set(chunk, at);
    at += chunk.length;
  });
  for (let from = 0; from < packed.length; from += INFLATE_STEP_BYTES)
    stream.push(packed.subarray(from, from + INFLATE_STEP_BYTES), from + INFLATE_STEP_BYTES >= packed.length);
  if (at !== size) throw new Error(`it has ${at} bytes instead of the ${size} it declares`);
  return out;
}
