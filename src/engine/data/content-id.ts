import type { OpenableSource } from "../../shared/protocol.ts";
import { SAMPLE_PREFIX } from "../../shared/samples.ts";
import { sha256 } from "../hashing/digests.ts";
import type { Work } from "./dataset.ts";
import { letMessagesIn } from "./in-pieces.ts";

/** Hashed at once by the browser, which is much faster than piece by piece in JavaScript. */
const CHUNK_BYTES = 4 << 20;
/** So many small files are read at once: of ten thousand, each by itself, waiting takes most of the time. */
const TOGETHER = 256;

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
  const read = (bytes: number): void => {
    done += bytes;
    work.progress("Identifying the data", done, total);
  };
  for (const group of groupsOf(files)) {
    const digests = await digestsOf(
      group.map(({ file }) => file),
      work,
      read,
    );
    lines.push(...group.map(({ path, file }, i) => JSON.stringify([path, file.size, digests[i]])));
  }
  const said = [roles.validation ?? null, roles.test ?? null];
  return sha256([JSON.stringify(said), ...lines.sort()].join("\n"));
}

/** Files one by one where they are large, else as many together as make a chunk. */
function* groupsOf<T extends { readonly file: Blob }>(files: readonly T[]): Generator<T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const one of files) {
    if (group.length > 0 && (group.length === TOGETHER || bytes + one.file.size > CHUNK_BYTES)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(one);
    bytes += one.file.size;
  }
  if (group.length > 0) yield group;
}

async function digestsOf(files: readonly Blob[], work: Work, read: (bytes: number) => void): Promise<string[]> {
  const [first] = files;
  if (files.length === 1 && first) return [await digestOf(first, work, read)];
  await letMessagesIn(work);
  const all = await new Blob([...files]).arrayBuffer().catch(() => null);
  // One of them cannot be read.
  if (all === null) return Promise.all(files.map((file) => digestOf(file, work, read)));
  read(all.byteLength);
  let at = 0;
  const digests = files.map(({ size }) => {
    const bytes = new Uint8Array(all, at, size);
    at += size;
    return chunkDigest(bytes).then((digest) => sha256(digest));
  });
  return Promise.all(digests);
}

async function digestOf(file: Blob, work: Work, read: (bytes: number) => void): Promise<string> {
  const digests = new Uint8Array(DIGEST_BYTES * Math.max(1, Math.ceil(file.size / CHUNK_BYTES)));
  for (let at = 0, chunk = 0; at < file.size || chunk === 0; at += CHUNK_BYTES, chunk++) {
    await letMessagesIn(work);
    const part = file.slice(at, at + CHUNK_BYTES);
    // What cannot be read is told, by name, by whoever opens it.
    const bytes = await part.arrayBuffer().catch(() => new ArrayBuffer(0));
    digests.set(await chunkDigest(new Uint8Array(bytes)), DIGEST_BYTES * chunk);
    read(bytes.byteLength);
  }
  return sha256(digests);
}

const DIGEST_BYTES = 32;

const chunkDigest = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
