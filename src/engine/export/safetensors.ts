import type { HostParams } from "../models/model.ts";

/** What a file may hold at most in its header: as in the reference reader. */
const MAX_HEADER_BYTES = 100_000_000;
const BYTES_PER_FLOAT = 4;

/** Named float32 tensors and text metadata. */
export interface TensorFile {
  readonly params: HostParams;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes the safetensors format: 8 bytes little-endian header length, JSON header, raw data in the header's order.
 * The header is padded with spaces so that the data begin at a multiple of 8.
 */
export function writeSafetensors({ params, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(params)) {
    const start = end;
    end += values.length * BYTES_PER_FLOAT;
    header[name] = { dtype: "F32", shape, data_offsets: [start, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + end);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(json, 8);
  let at = 8 + headerBytes;
  for (const { values } of Object.values(params)) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += BYTES_PER_FLOAT;
    }
  }
  return file;
}

/**
 * Reads a safetensors file of float32 tensors, checking every bound before it is used.
 * @throws Error naming the file and what is wrong with it
 */
export function readSafetensors(bytes: Uint8Array, name: string): TensorFile {
  const fail = (what: string): never => {
    throw new Error(`${name} is not a model this studio can read: ${what}.`);
  };
  if (bytes.length < 8) return fail("it is shorter than 8 bytes");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES || 8 + headerBytes > bytes.length)
    return fail("its header is longer than the file; it is truncated or no safetensors file");
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes)) ?? fail("its header is no JSON object");
  const dataStart = 8 + headerBytes;
  const params: HostParams = {};
  for (const [key, entry] of Object.entries(header)) {
    if (key === "__metadata__") continue;
    const { dtype, shape, data_offsets: offsets } = entry as Partial<Entry>;
    if (dtype !== "F32") return fail(`"${key}" has the type ${String(dtype)}, only F32 is read`);
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
      return fail(`"${key}" has no proper shape and offsets`);
    const [start = 0, end = 0] = offsets;
    const size = shape.reduce((a, b) => a * b, 1);
    if (end - start !== size * BYTES_PER_FLOAT || dataStart + end > bytes.length)
      return fail(`the data of "${key}" do not fit its shape or the file`);
    const values = Float32Array.from({ length: size }, (_, i) =>
      view.getFloat32(dataStart + start + i * BYTES_PER_FLOAT, true),
    );
    params[key] = { shape, values };
  }
  const metadata = (header.__metadata__ ?? {}) as Record<string, string>;
  return { params, metadata };
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: number[];
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
