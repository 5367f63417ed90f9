import { elementBytes } from "./element-types.ts";

/** Bytes before the header: its length, unsigned, little-endian. */
export const LENGTH_BYTES = 8;
/** What a header may have at most: as in the reference reader. */
const MAX_HEADER_BYTES = 100_000_000;
const MAX_NAME_CHARS = 1_000;
const MAX_RANK = 8;
const METADATA = "__metadata__";

/** What a file says of one tensor. */
export interface TensorEntry {
  /** As the format names it, such as `F16`. */
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** A tensor and where its bytes are, [start, end) from the beginning of the file. */
export interface PlacedTensor extends TensorEntry {
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly tensors: ReadonlyMap<string, PlacedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of the JSON after the first eight of a file. @throws Error saying what is wrong */
export function headerLength(first: Uint8Array, fileBytes: number): number {
  if (first.length < LENGTH_BYTES) throw new Error("it is shorter than 8 bytes");
  const length = new DataView(first.buffer, first.byteOffset).getBigUint64(0, true);
  if (length > BigInt(fileBytes - LENGTH_BYTES))
    throw new Error("its header is longer than the file; it is truncated or no safetensors file");
  if (length > BigInt(MAX_HEADER_BYTES)) throw new Error("its header has more than 100 MB");
  return Number(length);
}

/**
 * Reads the JSON of a header and checks every bound: a tensor's bytes are as many as its type and shape make, and all
 * tensors together fill what is behind the header, one after the other, without holes.
 * @throws Error saying what is wrong
 */
export function parseHeader(json: Uint8Array, fileBytes: number): Header {
  const dataStart = LENGTH_BYTES + json.length;
  const { [METADATA]: metadata, ...entries } = parseObject(json);
  const placed = Object.entries(entries).map(
    ([name, entry]) => [name, placeTensor(name, entry, dataStart, fileBytes)] as const,
  );
  checkContiguous(placed, dataStart, fileBytes);
  return { tensors: new Map(placed), metadata: checkMetadata(metadata) };
}

function parseObject(json: Uint8Array): Record<string, unknown> {
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(json);
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new Error("its header is no JSON object", { cause });
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new Error("its header is no JSON object");
  if (countKeys(text) !== Object.keys(parsed).length) throw new Error("its header names a tensor twice");
  return parsed as Record<string, unknown>;
}

/** Keys of the outermost object of valid JSON, duplicates counted. */
function countKeys(json: string): number {
  let depth = 0;
  let keys = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (token === ":" && depth === 1) keys += 1;
  }
  return keys;
}

function placeTensor(name: string, entry: unknown, dataStart: number, fileBytes: number): PlacedTensor {
  if (name === "" || name.length > MAX_NAME_CHARS || hasControls(name) || name === "__proto__")
    throw new Error(`${JSON.stringify(name.slice(0, 40))} is no proper name of a tensor`);
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const bytes = elementBytes(dtype);
  if (bytes === null) throw new Error(`"${name}" has the unknown type ${String(dtype).slice(0, 40)}`);
  if (!isCounts(shape) || shape.length > MAX_RANK || !isCounts(offsets) || offsets.length !== 2)
    throw new Error(`"${name}" has no proper shape and offsets`);
  const [start = 0, end = 0] = offsets;
  const size = shape.reduce((a, b) => a * b, 1);
  if (end - start !== size * bytes || dataStart + end > fileBytes)
    throw new Error(`the data of "${name}" do not fit its shape or the file`);
  return { dtype: dtype as string, shape, start: dataStart + start, end: dataStart + end };
}

function checkContiguous(
  placed: readonly (readonly [string, PlacedTensor])[],
  dataStart: number,
  fileBytes: number,
): void {
  let at = dataStart;
  for (const [name, { start, end }] of [...placed].sort(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (start < at) throw new Error(`the data of "${name}" overlap those of another tensor`);
    if (start > at) throw new Error(`there is a hole of ${start - at} bytes before the data of "${name}"`);
    at = end;
  }
  if (at !== fileBytes) throw new Error(`${fileBytes - at} bytes at its end belong to no tensor`);
}

function checkMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined || metadata === null) return {};
  if (typeof metadata !== "object" || Array.isArray(metadata) || !Object.values(metadata).every(isText))
    throw new Error("its metadata are no texts by name");
  return metadata as Record<string, string>;
}

const isText = (value: unknown): value is string => typeof value === "string";

const hasControls = (name: string): boolean => [...name].some((char) => char < " " || char === "\u007f");

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
