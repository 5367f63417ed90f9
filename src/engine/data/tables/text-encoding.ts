import { type Fault, refuse } from "../problems.ts";

/** How the bytes of a text file become characters. */
export interface TextEncoding {
  /** Label for TextDecoder. */
  readonly label: "utf-8" | "utf-16le" | "utf-16be" | "gb18030" | "windows-1252";
  readonly warning: string | null;
}

/** First bytes of files that are not text, and what to do with them. */
const BINARY: readonly { bytes: string; what: string; action: string }[] = [
  { bytes: "89504e47", what: "a PNG image", action: "Drop images as a zip or folder with a folder for each class." },
  { bytes: "ffd8ff", what: "a JPEG image", action: "Drop images as a zip or folder with a folder for each class." },
  { bytes: "47494638", what: "a GIF image", action: "Drop images as a zip or folder with a folder for each class." },
  { bytes: "504b0304", what: "a zip archive or an Excel workbook", action: "Save the sheet as CSV, or name it .zip." },
  { bytes: "d0cf11e0", what: "an old Excel workbook", action: "Save the sheet as CSV." },
  { bytes: "25504446", what: "a PDF", action: "Export the table behind it as CSV." },
  { bytes: "1f8b", what: "gzip-compressed", action: "Unpack it first." },
  { bytes: "50415231", what: "a Parquet file", action: "Save it as CSV or JSON lines." },
];

/**
 * Tells the encoding from the first bytes: a byte order mark, zero bytes at only even or only odd places (UTF-16), and
 * where the bytes are not UTF-8, GB 18030 or Windows-1252 by how high bytes pair up.
 * @throws DataError where they are not text at all
 */
export function detectEncoding(head: Uint8Array, file: string): TextEncoding {
  const start = [...head.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (start.startsWith("fffe")) return { label: "utf-16le", warning: null };
  if (start.startsWith("feff")) return { label: "utf-16be", warning: null };
  const known = BINARY.find(({ bytes }) => start.startsWith(bytes));
  if (known) refuse({ file, message: `This is ${known.what}, not a text table.`, action: known.action });
  const notText: Fault = {
    file,
    message: "This is a binary file, not a text table.",
    action: "Export the table as CSV, TSV, JSON or JSON lines.",
  };
  const zeros = [0, 0];
  let control = 0;
  for (const [i, byte] of head.entries()) {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] as number) + 1;
    else if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) control += 1;
  }
  const [even = 0, odd = 0] = zeros;
  if (even + odd > 0) {
    const label = odd > even * 10 ? "utf-16le" : even > odd * 10 ? "utf-16be" : refuse(notText);
    if (even + odd < head.length * 0.01) refuse(notText);
    return { label, warning: null };
  }
  if (control > head.length * 0.02) refuse(notText);
  return isUtf8(head) ? { label: "utf-8", warning: null } : legacy(head);
}

function isUtf8(head: Uint8Array): boolean {
  try {
    // Streaming: the last character may be cut off.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Chinese in GB 18030 has high bytes in runs of even length; letters with accents stand alone. */
function legacy(head: Uint8Array): TextEncoding {
  let even = 0;
  let runs = 0;
  let run = 0;
  for (const byte of head) {
    if (byte >= 0xa1 && byte !== 0xff) run += 1;
    else {
      if (run > 0) runs += 1;
      if (run > 0 && run % 2 === 0) even += 1;
      run = 0;
    }
  }
  const label = runs > 0 && even / runs > 0.9 ? "gb18030" : "windows-1252";
  return { label, warning: `The text is not UTF-8; it was read as ${label}.` };
}
