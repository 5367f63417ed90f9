/** What an image file says of itself. */
export interface ImageHeader {
  readonly format: "png" | "jpeg" | "gif" | "webp";
  readonly width: number;
  readonly height: number;
}

/** Images with more pixels are refused: decoded they take over 400 MB each. */
const MAX_PIXELS = 100_000_000;

export const isImageName = (path: string): boolean => /\.(png|jpe?g|webp|gif)$/i.test(path);
/** Formats that not every browser can decode. */
export const isOtherImageName = (path: string): boolean => /\.(bmp|tiff?|heic|heif|avif|svg|psd)$/i.test(path);

/**
 * Format and size of an image, and whether it is whole as far as can be told without decoding: PNG by the check sum
 * of every chunk, JPEG and GIF by their end, WebP by its length.
 * @throws Error saying what is wrong with it
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length === 0) throw new Error("the file is empty");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readPng(view) ?? readJpeg(view) ?? readGif(view) ?? readWebp(view);
  if (!header) throw new Error("it is not a PNG, JPEG, WebP or GIF image, whatever its name");
  const { width, height } = header;
  if (width === 0 || height === 0) throw new Error(`it has no pixels (${width}x${height})`);
  if (width * height > MAX_PIXELS) throw new Error(`it is too large (${width}x${height} pixels)`);
  return header;
}

function ascii(view: DataView, start: number, length: number): string {
  const end = Math.min(view.byteLength, start + length);
  return start >= end ? "" : String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + start, end - start));
}

/** W3C PNG specification, sections 5 and 11.2.1. */
function readPng(view: DataView): ImageHeader | null {
  if (view.byteLength < 8 || view.getUint32(0) !== 0x89504e47) return null;
  let at = 8;
  let header: ImageHeader | null = null;
  while (at + 12 <= view.byteLength) {
    const length = view.getUint32(at);
    const type = ascii(view, at + 4, 4);
    if (at + 12 + length > view.byteLength) break;
    if (crc32(new Uint8Array(view.buffer, view.byteOffset + at + 4, length + 4)) !== view.getUint32(at + 8 + length))
      throw new Error(`the PNG is corrupt: the check sum of its ${JSON.stringify(type)} chunk is wrong`);
    if (type === "IHDR" && length >= 8)
      header = { format: "png", width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (type === "IEND" && header) return header;
    at += 12 + length;
  }
  throw new Error("the PNG is cut off");
}

/** ITU-T T.81, annex B: the frame header SOF gives the size; after the scan the file ends in EOI. */
function readJpeg(view: DataView): ImageHeader | null {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 9 < view.byteLength) {
    const marker = view.getUint16(at);
    if (marker === 0xffff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) {
      if (!endsAfterScan(view, at)) throw new Error("the JPEG is cut off");
      return { format: "jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    if (marker >> 8 !== 0xff) break;
    at += 2 + view.getUint16(at + 2);
  }
  throw new Error("the JPEG is corrupt: it has no frame header");
}

/** Cameras append data of their own, so the end mark may stand well before the last byte. */
function endsAfterScan(view: DataView, from: number): boolean {
  for (let at = view.byteLength - 2; at > from; at--) if (view.getUint16(at) === 0xffd9) return true;
  return false;
}

function readGif(view: DataView): ImageHeader | null {
  if (!ascii(view, 0, 4).startsWith("GIF8") || view.byteLength < 13) return null;
  return { format: "gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** RFC 9649, section 2: the chunk VP8, VP8L or VP8X comes first. */
function readWebp(view: DataView): ImageHeader | null {
  if (ascii(view, 0, 4) !== "RIFF" || ascii(view, 8, 4) !== "WEBP") return null;
  if (view.byteLength < 30 || view.getUint32(4, true) + 8 > view.byteLength) throw new Error("the WebP is cut off");
  const format = "webp" as const;
  const kind = ascii(view, 12, 4);
  if (kind === "VP8 ")
    return { format, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === "VP8L") {
    const bits = view.getUint32(21, true);
    return { format, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind !== "VP8X") throw new Error("the WebP is corrupt: its first chunk is unknown");
  const uint24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  return { format, width: uint24(24) + 1, height: uint24(27) + 1 };
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (CRC_TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
