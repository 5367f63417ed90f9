import type { Work } from "../dataset.ts";
import type { DecodeImage } from "./decode.ts";
import type { ImageFile } from "./image-folder.ts";
import { type DecodedImages, decodeImages, type ImageSize } from "./pixels.ts";

/** Decoded images by side, so that another seed or another number of labels costs no second decoding. */
export class DecodedCache {
  #latest: { size: ImageSize; images: DecodedImages } | null = null;

  constructor(
    readonly files: readonly ImageFile[],
    readonly decode: DecodeImage,
  ) {}

  /** @throws DataError where they do not fit in memory, CancelledError */
  async at(size: ImageSize, work: Work): Promise<DecodedImages> {
    const { side, largest } = this.#latest?.size ?? {};
    if (this.#latest && side === size.side && largest === size.largest) return this.#latest.images;
    const images = await decodeImages(this.files, size, this.decode, work);
    this.#latest = { size, images };
    return images;
  }
}
