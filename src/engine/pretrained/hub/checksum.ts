import { hex, sha256OfBlob } from "../../hashing/digests.ts";
import type { RemoteFile } from "./listing.ts";

/** Whether a content is what its repository says it is. */
export async function hasHash(blob: Blob, { hash }: RemoteFile): Promise<boolean> {
  return (hash.kind === "sha256" ? await sha256OfBlob(blob) : await gitIdOf(blob)) === hash.hex;
}

/** What git calls a file: SHA-1 of `blob SIZE\0` and its content. */
async function gitIdOf(blob: Blob): Promise<string> {
  const bytes = await new Blob([`blob ${blob.size}\0`, blob]).arrayBuffer();
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)));
}
