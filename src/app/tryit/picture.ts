import type { Input } from "../../shared/dataset.ts";

export type Picture = Extract<Input, { modality: "image" }>;

/** Beyond so many pixels a side per pixel that the model reads, more are only sent about. */
const SHRINK_ABOVE = 4;

/**
 * The pixels of an image file as the engine reads those of a data set: as stored, shrunk where it is far too large.
 * @param side the model's shorter side, pixels
 * @throws Error naming the file where the browser cannot read it
 */
export async function readPicture(file: File, side: number): Promise<Picture> {
  const asStored: ImageBitmapOptions = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, asStored);
    const shrunk = (side * SHRINK_ABOVE) / Math.min(bitmap.width, bitmap.height);
    if (shrunk < 1) {
      const resizeWidth = Math.max(1, Math.round(bitmap.width * shrunk));
      const resizeHeight = Math.max(1, Math.round(bitmap.height * shrunk));
      bitmap.close();
      bitmap = await createImageBitmap(file, { ...asStored, resizeWidth, resizeHeight, resizeQuality: "high" });
    }
  } catch (cause) {
    throw new Error(`${file.name} is no image that this browser can read. PNG, JPEG, WebP, GIF and BMP are.`, {
      cause,
    });
  }
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser cannot read the pixels of an image.");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { modality: "image", width, height, rgba: context.getImageData(0, 0, width, height).data };
}

/** Whether an image is darker than lighter along its border: what it is drawn on. */
export function hasDarkGround({ width, height, rgba }: Picture): boolean {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y++) {
    const inner = y > 0 && y < height - 1;
    for (let x = 0; x < width; x += inner ? Math.max(1, width - 1) : 1) {
      const at = 4 * (y * width + x);
      sum += (rgba[at] as number) + (rgba[at + 1] as number) + (rgba[at + 2] as number);
      count += 3;
    }
  }
  return count === 0 || sum / count < 128;
}
