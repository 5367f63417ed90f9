/** Bytes that stand for themselves in GPT-2's byte-level vocabulary (its encoder.py); the others follow from U+0100 on. */
const isPlain = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

const BYTE_OF = new Map<string, number>();
for (let byte = 0, others = 0; byte < 256; byte++)
  BYTE_OF.set(String.fromCharCode(isPlain(byte) ? byte : 0x100 + others++), byte);

/** The text of a token of a byte-level vocabulary; a token that is not written in its bytes, as it is. */
export function byteLevelText(token: string): string {
  const bytes = [...token].map((char) => BYTE_OF.get(char));
  if (bytes.includes(undefined)) return token;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes as number[]));
}
