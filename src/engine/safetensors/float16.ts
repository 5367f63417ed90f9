/** Numbers of binary16 by their bits: 1 sign, 5 exponent, 10 fraction (IEEE 754-2019, section 3.6). */
let float16Values: Float32Array | null = null;

function float16Of(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** binary16 -> float32, exactly. */
export function decodeFloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  float16Values ??= Float32Array.from({ length: 1 << 16 }, (_, i) => float16Of(i));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = float16Values[bits[i] as number] as number;
  return values;
}

/** bfloat16 -> float32, exactly: its bits are the upper half of a float32's. */
export function decodeBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const whole = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) whole[i] = (bits[i] as number) << 16;
  return new Float32Array(whole.buffer);
}

/** float32 -> binary16, rounded to the nearest, ties to even (IEEE 754-2019, section 4.3.1); beyond 65,519 infinite. */
export function encodeFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const whole = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = float16Bits(whole[i] as number);
  return bits;
}

function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction ? 0x200 : 0);
  const biased = exponent - 112;
  // A carry out of the fraction raises the exponent, up to infinity, which is as it should be.
  if (biased > 0) return biased >= 0x1f ? sign | 0x7c00 : sign | roundedShift((biased << 23) | fraction, 13);
  return biased < -10 ? sign : sign | roundedShift(0x800000 | fraction, 14 - biased);
}

/** value / 2^shift to the nearest integer, ties to even. */
function roundedShift(value: number, shift: number): number {
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return kept + (rest > half || (rest === half && kept & 1) ? 1 : 0);
}
