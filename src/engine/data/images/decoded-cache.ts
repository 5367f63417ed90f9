import type { Work } from "../dataset.ts";
import type { DecodeImage } from "./decode.ts";
import type { ImageFile } from "./image-folder.ts";
import { type DecodedImages, decodeImages } from "./pixels.ts";

/** Decoded images by side, so that another seed or another number of labels costs no second decoding. */
export class DecodedCache {
  #latest: { side: number | null; images: DecodedImages } | null = null;

  constructor(
    readonly files: readonly ImageFile[],
    readonly decode: DecodeImage,
  ) {}

  /** @throws DataError where they do not fit in memory, CancelledError */
  async at(side: number | null, work: Work): Promise<DecodedImages> {
    if (this.#latest?.side === side) return this.#latest.images;
    const images = await decodeImages(this.files, side, this.decode, work);
    this.#latest = { side, images };
    return images;
  }
}
