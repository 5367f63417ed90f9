import { Sha256 } from "./sha256.ts";

/**
 * Up to this size a blob is hashed by the browser, which needs it whole in memory but takes a tenth of the time; a larger
 * one piece by piece.
 */
export const WHOLE_BYTES = 256 << 20;

export const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** SHA-256 of a text (as UTF-8) or bytes, in hexadecimal. */
export async function sha256(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** SHA-256 of a blob of any size, in hexadecimal. */
export async function sha256OfBlob(blob: Blob): Promise<string> {
  if (blob.size <= WHOLE_BYTES) return sha256(new Uint8Array(await blob.arrayBuffer()));
  const sha = new Sha256();
  for await (const piece of piecesOf(blob)) sha.update(piece);
  return sha.digest();
}

/** The content of a blob, piece by piece. */
export async function* piecesOf(blob: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = blob.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
}
