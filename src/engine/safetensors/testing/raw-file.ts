/** A safetensors file with a header of one's own, whatever it says, and bytes 0, 1, 2, ... for data. */
export function withHeader(
  header: unknown,
  dataBytes = 24,
  encoding: BufferEncoding = "utf8",
): Uint8Array<ArrayBuffer> {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header), encoding);
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  for (let i = 0; i < dataBytes; i++) bytes[8 + json.length + i] = i;
  return bytes;
}
