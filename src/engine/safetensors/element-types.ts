import { decodeBfloat16, decodeFloat16 } from "./float16.ts";

/** Bytes of one element of every type that the format names, in whole bytes. */
const BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
  C64: 8,
};

type Decode = (data: ArrayBuffer) => Float32Array<ArrayBuffer>;

/** Types that can be read, each as float32. The files and every platform that runs this are little-endian. */
const DECODE: Readonly<Record<string, Decode>> = {
  F32: (data) => new Float32Array(data),
  F16: (data) => decodeFloat16(new Uint16Array(data)),
  BF16: (data) => decodeBfloat16(new Uint16Array(data)),
  I8: (data) => Float32Array.from(new Int8Array(data)),
  U8: (data) => Float32Array.from(new Uint8Array(data)),
  I64: (data) => Float32Array.from(new BigInt64Array(data), Number),
};

export const READABLE_TYPES: readonly string[] = Object.keys(DECODE);

/** Bytes of an element, or null where the format has no such type. */
export const elementBytes = (dtype: unknown): number | null =>
  typeof dtype === "string" && Object.hasOwn(BYTES, dtype) ? (BYTES[dtype] as number) : null;

export const isReadable = (dtype: string): boolean => Object.hasOwn(DECODE, dtype);

/** The elements as float32; those of I64 beyond 2^24 are rounded. @throws Error where the type cannot be read */
export function decodeElements(dtype: string, data: ArrayBuffer): Float32Array<ArrayBuffer> {
  const decode = isReadable(dtype) ? DECODE[dtype] : undefined;
  if (!decode) throw new Error(`the type ${dtype} cannot be read, only ${READABLE_TYPES.join(", ")}`);
  return decode(data);
}
