import type { OpenableSource } from "../../shared/protocol.ts";
import { SAMPLE_PREFIX } from "../../shared/samples.ts";
import { hex, sha256 } from "../hashing/digests.ts";
import type { Work } from "./dataset.ts";
import { letMessagesIn } from "./in-pieces.ts";

/** Hashed at once by the browser, which is much faster than piece by piece in JavaScript. */
const CHUNK_BYTES = 4 << 20;
/** Files that are read side by side: of ten thousand small ones, waiting for the disk takes most of the time. */
const SIDE_BY_SIDE = 16;

/** Files of a source, and which of them are said to be for a split. */
export interface SourceFiles {
  readonly files: readonly { readonly path: string; readonly file: Blob }[];
  readonly roles: { readonly validation?: string; readonly test?: string };
}

/** Pasted text counts as a file of its name; null for a built-in sample. */
export function filesOf(source: OpenableSource): SourceFiles | null {
  switch (source.kind) {
    case "files":
      return { files: source.files as SourceFiles["files"], roles: source.roles ?? {} };
    case "text":
      return { files: [{ path: source.name, file: new Blob([source.text]) }], roles: {} };
    case "sample":
      return null;
    default:
      return source satisfies never;
  }
}

/** Identity of what is opened, by which the same content is found again: `sample:ID`, or {@link contentIdOfFiles}. */
export async function contentIdOf(source: OpenableSource, work: Work): Promise<string> {
  const files = filesOf(source);
  return files ? contentIdOfFiles(files, work) : `${SAMPLE_PREFIX}${(source as { id: string }).id}`;
}

/**
 * SHA-256 of JSON lines: the names that are said to be for validation and for test, then [path, size, digest] of each
 * file, sorted. A file's digest is the SHA-256 of the SHA-256 digests of its chunks of 4 MiB, one behind the other.
 */
export async function contentIdOfFiles({ files, roles }: SourceFiles, work: Work): Promise<string> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const lines: string[] = [];
  let done = 0;
  for (let from = 0; from < files.length; from += SIDE_BY_SIDE) {
    const group = files.slice(from, from + SIDE_BY_SIDE);
    const some = group.map(async ({ path, file }) => {
      const digest = await digestOf(file, work, (bytes) => {
        done += bytes;
        work.progress("Identifying the data", done, total);
      });
      return JSON.stringify([path, file.size, digest]);
    });
    lines.push(...(await Promise.all(some)));
  }
  const said = [roles.validation ?? null, roles.test ?? null];
  return sha256([JSON.stringify(said), ...lines.sort()].join("\n"));
}

async function digestOf(file: Blob, work: Work, read: (bytes: number) => void): Promise<string> {
  const digests = new Uint8Array(32 * Math.max(1, Math.ceil(file.size / CHUNK_BYTES)));
  for (let at = 0, chunk = 0; at < file.size || chunk === 0; at += CHUNK_BYTES, chunk++) {
    await letMessagesIn(work);
    // What cannot be read is told, by name, by whoever opens it.
    const bytes = await file
      .slice(at, at + CHUNK_BYTES)
      .arrayBuffer()
      .catch(() => new ArrayBuffer(0));
    digests.set(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), 32 * chunk);
    read(bytes.byteLength);
  }
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", digests)));
}
