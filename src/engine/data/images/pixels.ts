import { DataError } from "../../errors.ts";
import { sha256 } from "../../hashing/digests.ts";
import { resizePixels } from "../../models/resize.ts";
import type { ImageInputs, Work } from "../dataset.ts";
import { refuse, throwIfCancelled } from "../problems.ts";
import type { DecodeImage, Picture } from "./decode.ts";
import type { ImageFile } from "./image-folder.ts";

/** All images at one size, with what could not be decoded. */
export interface DecodedImages {
  /** Rows of images that could not be decoded are zero. */
  readonly inputs: ImageInputs;
  /** SHA-256 of each image file. */
  readonly digests: readonly string[];
  /** What is wrong with an image, by its index. */
  readonly bad: ReadonlyMap<number, string>;
}

/** How large images are decoded: at a side, or (null) at the first image's size, up to the largest side. */
export interface ImageSize {
  readonly side: number | null;
  readonly largest: number;
}

const MAX_BYTES = 1.5 * 2 ** 30;
/** Images in decoding at a time: the browser decodes off this thread. */
const AT_A_TIME = 8;

/**
 * Decodes every image at one size. Channels: 1 where every image is grey, else 3.
 * @throws DataError where they do not fit in memory, CancelledError
 */
export async function decodeImages(
  files: readonly ImageFile[],
  { side, largest }: ImageSize,
  decode: DecodeImage,
  work: Work,
): Promise<DecodedImages> {
  const bad = new Map<number, string>();
  const digests = new Array<string>(files.length).fill("");
  let store: PixelStore | null = null;
  let next = 0;
  const one = async (index: number): Promise<void> => {
    const file = files[index] as ImageFile;
    try {
      const bytes = await file.entry.read();
      digests[index] = await sha256(bytes);
      const picture = await decode(bytes, side ?? largest);
      store ??= new PixelStore(files, side === null ? sizeOf(picture, largest) : { width: side, height: side });
      store.put(index, picture);
    } catch (error) {
      if (error instanceof DataError) {
        next = files.length;
        throw error;
      }
      bad.set(index, error instanceof Error ? error.message : String(error));
    }
  };
  // Until one image has told the size for all, they are decoded one by one.
  while (!store && next < files.length) {
    throwIfCancelled(work);
    await one(next++);
  }
  const worker = async (): Promise<void> => {
    while (next < files.length) {
      throwIfCancelled(work);
      if (next % 64 === 0) work.progress("Decoding images", next, files.length);
      await one(next++);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  work.progress("Decoding images", files.length, files.length);
  const inputs = (store as PixelStore | null)?.inputs() ?? EMPTY;
  return { inputs, digests, bad };
}

const EMPTY: ImageInputs = { modality: "image", pixels: new Uint8Array(0), height: 1, width: 1, channels: 1 };

function sizeOf({ width, height }: Picture, largest: number): { width: number; height: number } {
  const scale = Math.min(1, largest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The pixels of all images: grey as long as every image is, so that grey data takes a third of the room. */
class PixelStore {
  #channels: 1 | 3 = 1;
  #pixels: Uint8Array;

  constructor(
    readonly files: readonly ImageFile[],
    readonly size: { readonly width: number; readonly height: number },
  ) {
    this.#pixels = this.#allocate(1);
  }

  put(index: number, picture: Picture): void {
    const rgb = toRgb(picture, this.size);
    if (this.#channels === 1 && !isGrey(rgb)) this.#colour();
    const count = this.size.width * this.size.height;
    if (this.#channels === 3) this.#pixels.set(rgb, index * count * 3);
    else for (let i = 0; i < count; i++) this.#pixels[index * count + i] = rgb[i * 3] as number;
  }

  inputs(): ImageInputs {
    return { modality: "image", pixels: this.#pixels, ...this.size, channels: this.#channels };
  }

  #colour(): void {
    const grey = this.#pixels;
    this.#channels = 3;
    this.#pixels = this.#allocate(3);
    for (let i = 0; i < grey.length; i++) this.#pixels.fill(grey[i] as number, i * 3, i * 3 + 3);
  }

  #allocate(channels: 1 | 3): Uint8Array {
    const { width, height } = this.size;
    const bytes = this.files.length * width * height * channels;
    if (bytes > MAX_BYTES)
      refuse({
        file: this.files[0]?.origin ?? "images",
        message: `${this.files.length} images of ${width}x${height} pixels take ${(bytes / 2 ** 30).toPrecision(2)} GiB of memory.`,
        action: "Choose a smaller image side, or fewer images.",
      });
    return new Uint8Array(bytes);
  }
}

/** Without resampling where the size is right already; both ways give the same pixels then. */
function toRgb(picture: Picture, size: { readonly width: number; readonly height: number }): Uint8Array {
  const { rgba, width, height } = picture;
  if (width !== size.width || height !== size.height) return resizePixels(picture, { ...size, channels: 3 });
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0, j = 0; i < rgba.length; i += 4) {
    const alpha = (rgba[i + 3] as number) / 255;
    for (let c = 0; c < 3; c++) rgb[j++] = Math.round((rgba[i + c] as number) * alpha);
  }
  return rgb;
}

function isGrey(rgb: Uint8Array): boolean {
  for (let i = 0; i < rgb.length; i += 3) if (rgb[i] !== rgb[i + 1] || rgb[i] !== rgb[i + 2]) return false;
  return true;
}

/** One image of the store as it can be drawn. */
export function pictureOf({ pixels, width, height, channels }: ImageInputs, index: number): Picture {
  const count = width * height;
  const rgba = new Uint8ClampedArray(count * 4);
  for (let i = 0; i < count; i++) {
    const at = (index * count + i) * channels;
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = pixels[channels === 1 ? at : at + c] as number;
    rgba[i * 4 + 3] = 255;
  }
  return { width, height, rgba };
}
