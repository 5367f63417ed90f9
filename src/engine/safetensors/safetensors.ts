import type { HostParams } from "../models/model.ts";
import { decodeElements } from "./element-types.ts";
import { headerLength, LENGTH_BYTES, parseHeader } from "./header.ts";
import { encodeElements, startOfFile, type WrittenType, writtenBytes } from "./write.ts";

/** Named float32 tensors and text metadata. */
export interface TensorFile {
  readonly params: HostParams;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes the safetensors format: header and raw data in the header's order.
 * @param dtype F16 halves the file; values are rounded to the nearest
 */
export function writeSafetensors(
  { params, metadata }: TensorFile,
  dtype: WrittenType = "F32",
): Uint8Array<ArrayBuffer> {
  const tensors = Object.entries(params).map(([name, { shape, values }]) => ({ name, shape, values }));
  const start = startOfFile(tensors, metadata, dtype);
  const data = tensors.reduce((sum, tensor) => sum + writtenBytes(tensor, dtype), 0);
  const file = new Uint8Array(start.length + data);
  file.set(start);
  let at = start.length;
  for (const { values } of tensors) {
    const bytes = encodeElements(values, dtype);
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * Reads all tensors of a safetensors file as float32, checking every bound before it is used.
 * @param otherwise what the file is where it cannot be read
 * @throws Error naming the file and what is wrong with it
 */
export function readSafetensors(
  bytes: Uint8Array,
  name: string,
  otherwise = "not a model this studio can read",
): TensorFile {
  try {
    const length = headerLength(bytes.subarray(0, LENGTH_BYTES), bytes.length);
    const header = parseHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), bytes.length);
    const params: HostParams = {};
    for (const [key, { dtype, shape, start, end }] of header.tensors)
      params[key] = { shape, values: decodeElements(dtype, new Uint8Array(bytes.subarray(start, end)).buffer) };
    return { params, metadata: header.metadata };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`${name} is ${otherwise}: ${what}.`, { cause: error });
  }
}
