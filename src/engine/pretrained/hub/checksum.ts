import type { RemoteFile } from "./listing.ts";
import { Sha256 } from "./sha256.ts";

/** Whether a content is what its repository says it is. */
export async function hasHash(blob: Blob, { hash }: RemoteFile): Promise<boolean> {
  return (hash.kind === "sha256" ? await sha256Of(blob) : await gitIdOf(blob)) === hash.hex;
}

/** Piece by piece, since weights may be larger than what may be held at once. */
async function sha256Of(blob: Blob): Promise<string> {
  const sha = new Sha256();
  const reader = blob.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) sha.update(piece.value);
  return sha.digest();
}

/** What git calls a file: SHA-1 of `blob SIZE\0` and its content. */
async function gitIdOf(blob: Blob): Promise<string> {
  const bytes = await new Blob([`blob ${blob.size}\0`, blob]).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
