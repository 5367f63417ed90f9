/** [height, width, channels] in [0, 1] -> RGBA. */
export function toRgba(pixels: ArrayLike<number>, channels: number): Uint8ClampedArray {
  const count = pixels.length / channels;
  const rgba = new Uint8ClampedArray(count * 4);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = (pixels[i * channels + (channels === 1 ? 0 : c)] as number) * 255;
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}
