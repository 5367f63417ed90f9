import { readFileSync } from "node:fs";
import type { Work } from "../../../data/dataset.ts";
import type { FetchFile } from "../files.ts";

/** Under Vitest a file's URL is its path from the project's root. */
export const fetchFromDisk: FetchFile = async (url) => new Response(readFileSync(`.${url}`));

export const quietWork = (): Work => ({ signal: new AbortController().signal, progress: () => {} });
