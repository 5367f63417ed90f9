import type { Work } from "../dataset.ts";
import { type ProblemList, throwIfCancelled } from "../problems.ts";
import type { ImageFile } from "./image-folder.ts";
import { readImageHeader } from "./image-header.ts";

/** Bytes of images looked into when they are opened; what is beyond is found out when they are decoded. */
const MAX_CHECKED_BYTES = 2 ** 29;

/** Indices of the images that are whole as far as can be told without decoding; the others go to `problems`. */
export async function checkImages(files: readonly ImageFile[], problems: ProblemList, work: Work): Promise<number[]> {
  const good: number[] = [];
  let checked = 0;
  for (const [i, { entry, origin }] of files.entries()) {
    if (i % 256 === 0) {
      throwIfCancelled(work);
      work.progress("Checking images", i, files.length);
    }
    checked += entry.bytes;
    try {
      if (entry.bytes === 0 || checked <= MAX_CHECKED_BYTES) readImageHeader(await entry.read());
      good.push(i);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.bad({
        file: origin,
        message: `The image cannot be read: ${reason}.`,
        action: "Replace it, or leave it out.",
      });
    }
  }
  work.progress("Checking images", files.length, files.length);
  return good;
}
