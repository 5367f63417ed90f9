/** Pixels of one image as a canvas gives them. */
interface Picture {
  readonly rgba: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/**
 * Resizes bilinearly (averaging over the source area where it shrinks) and drops to grey where one channel is
 * wanted: luma 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). Transparent pixels lie on black.
 * @returns [height, width, channels], 0 to 255
 */
export function resizePixels(
  { rgba, width, height }: Picture,
  to: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
): Uint8Array {
  const out = new Uint8Array(to.height * to.width * to.channels);
  const columns = weights(width, to.width);
  const rows = weights(height, to.height);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      const sums = [0, 0, 0];
      for (const [y, wy] of row) {
        for (const [x, wx] of column) {
          const i = (y * width + x) * 4;
          const weight = (wx * wy * (rgba[i + 3] as number)) / 255;
          for (let c = 0; c < 3; c++) sums[c] = (sums[c] as number) + weight * (rgba[i + c] as number);
        }
      }
      const [red = 0, green = 0, blue = 0] = sums;
      if (to.channels === 1) out[at++] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      else for (const value of sums) out[at++] = Math.round(value);
    }
  }
  return out;
}

/** For each target position the source positions it reads with weights summing to 1 (a triangle filter). */
function weights(from: number, to: number): [number, number][][] {
  const scale = from / to;
  const radius = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale - 0.5;
    const taps: [number, number][] = [];
    for (let j = Math.ceil(centre - radius); j <= Math.floor(centre + radius); j++) {
      const weight = 1 - Math.abs(j - centre) / radius;
      if (weight > 0) taps.push([Math.min(from - 1, Math.max(0, j)), weight]);
    }
    const total = taps.reduce((sum, [, weight]) => sum + weight, 0);
    return taps.map(([j, weight]) => [j, weight / total]);
  });
}
