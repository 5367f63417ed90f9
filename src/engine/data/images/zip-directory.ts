import { refuse } from "../problems.ts";

/** One file as a zip's table of contents lists it. */
export interface ZipRecord {
  readonly path: string;
  /** Where its local header begins. */
  readonly offset: number;
  readonly packedSize: number;
  readonly size: number;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly encrypted: boolean;
}

const END = { signature: 0x06054b50, bytes: 22, maxComment: 65_535 } as const;
const END64 = { signature: 0x06064b50, locator: 0x07064b50, locatorBytes: 20, bytes: 56 } as const;
const RECORD = { signature: 0x02014b50, bytes: 46 } as const;
/** A 32-bit field whose value is in the zip64 extra field instead. */
const IN_EXTRA = 0xffffffff;
const MAX_DIRECTORY_BYTES = 2 ** 28;

interface Directory {
  readonly start: number;
  readonly bytes: number;
  readonly entries: number;
  /** Bytes before the archive proper, as in self-extracting ones: added to every offset. */
  readonly shift: number;
}

/**
 * Reads the table of contents at the end of a zip archive, zip64 included.
 * Source: PKWARE, APPNOTE.TXT 6.3.10, section 4.3.
 * @throws DataError where there is none: the archive is cut off, or is no archive
 */
export async function readDirectory(blob: Blob, file: string): Promise<ZipRecord[]> {
  const directory = await findDirectory(blob, file);
  const bytes = new Uint8Array(await blob.slice(directory.start, directory.start + directory.bytes).arrayBuffer());
  const view = new DataView(bytes.buffer);
  const records: ZipRecord[] = [];
  let at = 0;
  while (records.length < directory.entries) {
    if (at + RECORD.bytes > bytes.length || view.getUint32(at, true) !== RECORD.signature)
      refuseDamaged(file, `after ${records.length} of ${directory.entries} entries`);
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const flags = view.getUint16(at + 8, true);
    const nameStart = at + RECORD.bytes;
    const long = longFields(view, at, nameStart + nameBytes, extraBytes);
    records.push({
      path: decodeName(bytes.subarray(nameStart, nameStart + nameBytes)),
      method: view.getUint16(at + 10, true),
      encrypted: (flags & 1) === 1,
      ...long,
      offset: long.offset + directory.shift,
    });
    at = nameStart + nameBytes + extraBytes + view.getUint16(at + 32, true);
  }
  return records;
}

async function findDirectory(blob: Blob, file: string): Promise<Directory> {
  const tailStart = Math.max(0, blob.size - END.bytes - END.maxComment - END64.locatorBytes);
  const tail = new DataView(await blob.slice(tailStart).arrayBuffer());
  let at = tail.byteLength - END.bytes;
  while (at >= 0 && tail.getUint32(at, true) !== END.signature) at -= 1;
  if (at < 0)
    refuse({
      file,
      message: "The archive has no table of contents at its end: it is cut off, or is no zip archive.",
      action: "Download or copy it again.",
    });
  const bytes = tail.getUint32(at + 12, true);
  const offset = tail.getUint32(at + 16, true);
  const entries = tail.getUint16(at + 10, true);
  const end = tailStart + at;
  if (entries === 0xffff || bytes === IN_EXTRA || offset === IN_EXTRA) {
    const long = await findLongDirectory(blob, tail, at - END64.locatorBytes);
    if (long) return long;
  }
  if (end - bytes < offset) refuseDamaged(file, "before its table of contents");
  checkBytes(bytes, file);
  return { start: end - bytes, bytes, entries, shift: end - bytes - offset };
}

async function findLongDirectory(blob: Blob, tail: DataView, at: number): Promise<Directory | null> {
  if (at < 0 || tail.getUint32(at, true) !== END64.locator) return null;
  const position = Number(tail.getBigUint64(at + 8, true));
  const end = new DataView(await blob.slice(position, position + END64.bytes).arrayBuffer());
  if (end.byteLength < END64.bytes || end.getUint32(0, true) !== END64.signature) return null;
  const bytes = Number(end.getBigUint64(40, true));
  const start = Number(end.getBigUint64(48, true));
  return bytes > MAX_DIRECTORY_BYTES ? null : { start, bytes, entries: Number(end.getBigUint64(32, true)), shift: 0 };
}

/** Sizes and offset of a record; those that do not fit 32 bits stand in its zip64 extra field, in this order. */
function longFields(view: DataView, at: number, extraStart: number, extraBytes: number) {
  const fields = { size: view.getUint32(at + 24, true), packedSize: view.getUint32(at + 20, true) };
  const all = { ...fields, offset: view.getUint32(at + 42, true) };
  const end = Math.min(extraStart + extraBytes, view.byteLength);
  for (let field = extraStart; field + 4 <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    let value = field + 4;
    for (const key of ["size", "packedSize", "offset"] as const) {
      if (all[key] !== IN_EXTRA || value + 8 > end) continue;
      all[key] = Number(view.getBigUint64(value, true));
      value += 8;
    }
  }
  return all;
}

function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Chinese Windows packs names in GB 18030 without saying so; others use some Latin code page.
    return new TextDecoder("gb18030").decode(bytes);
  }
}

function checkBytes(bytes: number, file: string): void {
  if (bytes > MAX_DIRECTORY_BYTES) refuseDamaged(file, "in its table of contents");
}

function refuseDamaged(file: string, where: string): never {
  refuse({ file, message: `The archive is cut off or damaged ${where}.`, action: "Download or copy it again." });
}
