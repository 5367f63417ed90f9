import { inflateSync } from "node:zlib";
import type { DataProblem } from "../../../shared/dataset.ts";
import { type Experiment, type ExperimentFile, parseExperiment } from "../../../shared/experiment.ts";
import type { OpenableSource } from "../../../shared/protocol.ts";
import { DataError } from "../../errors.ts";
import type { OpenOptions, Source, Work } from "../dataset.ts";
import type { DecodeImage } from "../images/decode.ts";
import { readImageHeader } from "../images/image-header.ts";
import { openWith } from "../open.ts";
import type { Files } from "./pictures.ts";

/** Work that nobody watches. */
export const quietWork = (signal: AbortSignal = new AbortController().signal): Work => ({ signal, progress: () => {} });

export function dropped(files: Files, roles?: Extract<OpenableSource, { kind: "files" }>["roles"]): OpenableSource {
  const named = Object.entries(files).map(([path, content]) => ({ path, file: new Blob([content]) }));
  return { kind: "files", files: named, ...(roles && { roles }) };
}

export function openFiles(files: Files, options: Partial<OpenOptions> = {}, work = quietWork()): Promise<Source> {
  return openWith(decodePng)(dropped(files), { skipBad: false, maxRows: 200_000, ...options }, work);
}

/** The proposed experiment of a source, with changes to its data section and its seed. */
export function proposed(source: Source, data: Partial<ExperimentFile["data"]> = {}, seed = 1): Experiment {
  const { task, data: guess } = source.summary.guess;
  return parseExperiment({ version: 1, task, data: { ...guess, ...data }, seed });
}

/** The problems of the DataError that something must end in. */
export async function refusal(
  work: Promise<unknown>,
): Promise<{ problems: readonly DataProblem[]; skippable: number }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DataError) return { problems: error.problems, skippable: error.skippable };
    throw error;
  }
  throw new Error("It was expected to be refused.");
}

/** Decodes what `png` (pictures.ts) writes. */
export const decodePng: DecodeImage = async (bytes) => {
  const { width, height } = readImageHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = bytes[25] === 2 ? 3 : 1;
  const rows = inflateSync(bytes.subarray(41, 41 + view.getUint32(33)));
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        rgba[(y * width + x) * 4 + c] = rows[y * (width * channels + 1) + 1 + x * channels + (c % channels)] as number;
  return { width, height, rgba };
};
