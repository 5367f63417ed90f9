const SLOWEST_WAVELENGTH = 1e4;

/**
 * [sin(position / w), cos(position / w)] with width / 2 wavelengths w from 1 to 10,000 in a geometric progression:
 * [length, width] (1706.03762, section 3.5).
 */
export function timingSignal(length: number, width: number): Float32Array {
  const half = width / 2;
  const signal = new Float32Array(length * width);
  for (let position = 0; position < length; position++)
    for (let j = 0; j < half; j++) {
      const angle = position * SLOWEST_WAVELENGTH ** (-j / (half - 1));
      signal[position * width + j] = Math.sin(angle);
      signal[position * width + half + j] = Math.cos(angle);
    }
  return signal;
}
