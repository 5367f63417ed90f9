import { readImageHeader } from "./image-header.ts";

/** A decoded image: RGBA, row by row, alpha not multiplied in. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/**
 * Decodes an image file. The browser may shrink it by whole factors, but to no less than `side` on its shorter side.
 * @throws Error saying what is wrong with the image
 */
export type DecodeImage = (bytes: Uint8Array<ArrayBuffer>, side: number) => Promise<Picture>;

/** Beyond so many pixels a side per wanted pixel the browser's own shrinking is as good and far faster. */
const SHRINK_ABOVE = 4;

/** Decodes with what every browser has. Of an animation the first frame counts. */
export const decodeInBrowser: DecodeImage = async (bytes, side) => {
  const { format, width, height } = readImageHeader(bytes);
  const blob = new Blob([bytes], { type: `image/${format}` });
  const shrunk = Math.min(1, (side * SHRINK_ABOVE) / Math.min(width, height));
  const size = { width: Math.max(1, Math.round(width * shrunk)), height: Math.max(1, Math.round(height * shrunk)) };
  const resize: ImageBitmapOptions =
    shrunk < 1 ? { resizeWidth: size.width, resizeHeight: size.height, resizeQuality: "high" } : {};
  let bitmap: ImageBitmap;
  try {
    // Without conversion the same file has the same pixels on every screen.
    bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none", ...resize });
  } catch (cause) {
    throw new Error("the browser cannot decode it; it is probably corrupt", { cause });
  }
  try {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("this browser has no 2D canvas in workers");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width: bitmap.width, height: bitmap.height, rgba: data };
  } finally {
    bitmap.close();
  }
};
