import type { HostParams } from "../models/model.ts";
import { decodeElements } from "./element-types.ts";
import { encodeFloat16 } from "./float16.ts";
import { headerLength, LENGTH_BYTES, parseHeader } from "./header.ts";

/** Named float32 tensors and text metadata. */
export interface TensorFile {
  readonly params: HostParams;
  readonly metadata: Readonly<Record<string, string>>;
}

const BYTES = { F32: 4, F16: 2 } as const;

/**
 * Writes the safetensors format: 8 bytes little-endian header length, JSON header, raw data in the header's order.
 * The header is padded with spaces so that the data begin at a multiple of 8.
 * @param dtype F16 halves the file; values are rounded to the nearest
 */
export function writeSafetensors(
  { params, metadata }: TensorFile,
  dtype: keyof typeof BYTES = "F32",
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(params)) {
    const start = end;
    end += values.length * BYTES[dtype];
    header[name] = { dtype, shape, data_offsets: [start, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  file.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const { values } of Object.values(params)) {
    const data = dtype === "F16" ? encodeFloat16(values) : values;
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads all tensors of a safetensors file as float32, checking every bound before it is used.
 * @throws Error naming the file and what is wrong with it
 */
export function readSafetensors(bytes: Uint8Array, name: string): TensorFile {
  try {
    const length = headerLength(bytes.subarray(0, LENGTH_BYTES), bytes.length);
    const header = parseHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), bytes.length);
    const params: HostParams = {};
    for (const [key, { dtype, shape, start, end }] of header.tensors)
      params[key] = { shape, values: decodeElements(dtype, new Uint8Array(bytes.subarray(start, end)).buffer) };
    return { params, metadata: header.metadata };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`${name} is not a model this studio can read: ${what}.`, { cause: error });
  }
}
