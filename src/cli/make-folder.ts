import { accessSync, constants, mkdirSync } from "node:fs";

/** Made before training, so that hours of it are not lost to a folder that cannot be written. */
export function makeFolder(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
    accessSync(out, constants.W_OK);
  } catch (cause) {
    throw new Error(`--out ${out}: nothing can be written there (${(cause as Error).message}).`);
  }
}
