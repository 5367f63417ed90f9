import { encodeFloat16 } from "./float16.ts";
import { LENGTH_BYTES } from "./header.ts";

const BYTES = { F32: 4, F16: 2 } as const;
/** Types in which tensors are written. */
export type WrittenType = keyof typeof BYTES;

/** A tensor of a file that is to be written. */
export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

export const writtenBytes = ({ shape }: Pick<NamedShape, "shape">, dtype: WrittenType): number =>
  shape.reduce((a, b) => a * b, BYTES[dtype]);

/**
 * What a safetensors file begins with: 8 bytes little-endian header length and the JSON header, padded with spaces so that
 * the data, which follow in the order of the tensors, begin at a multiple of 8.
 */
export function startOfFile(
  tensors: readonly NamedShape[],
  metadata: Readonly<Record<string, string>>,
  dtype: WrittenType,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, shape } of tensors) {
    const start = end;
    end += writtenBytes({ shape }, dtype);
    header[name] = { dtype, shape, data_offsets: [start, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const start = new Uint8Array(LENGTH_BYTES + headerBytes).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(headerBytes), true);
  start.set(json, LENGTH_BYTES);
  return start;
}

/** A tensor's bytes in a file; F16 rounds to the nearest. */
export function encodeElements(values: Float32Array, dtype: WrittenType): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = dtype === "F16" ? encodeFloat16(values) : values;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
