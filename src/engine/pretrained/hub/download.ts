import { CancelledError, ModelFileError } from "../../errors.ts";
import type { Draft } from "../store/store.ts";
import { ask, type Fetch, unreachable } from "./answers.ts";
import { hasHash } from "./checksum.ts";
import type { RemoteFile } from "./listing.ts";

/** Breaks of the connection in a row after which it is given up, and the pause after the first of them. */
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 250;

export interface Download {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** Told how many bytes of the file there are, after each piece. */
  arrived(bytes: number): void;
}

/**
 * Gets one file into a draft and checks its size and hash. What an earlier attempt left is kept and continued; where
 * that cannot be, or does not fit, the file begins anew.
 * @throws ModelFileError where it does not come, is not what the repository lists, or finds no room; CancelledError
 */
export async function downloadFile(url: string, file: RemoteFile, draft: Draft, download: Download): Promise<void> {
  const left = (await draft.read(file.name))?.size ?? 0;
  if (await isWhole(file, draft)) return finish(file, draft, download);
  if (left > 0 && left < file.bytes) {
    await receive(url, file, draft, left, download);
    if (await isWhole(file, draft)) return finish(file, draft, download);
  }
  await receive(url, file, draft, 0, download);
  if (await isWhole(file, draft)) return finish(file, draft, download);
  await (await draft.write(file.name, 0)).close();
  const message = "What came is not what the repository lists (its hash differs).";
  throw new ModelFileError(
    file.name,
    "damaged",
    message,
    "Try again; if it stays so, something on the way changes it.",
  );
}

async function isWhole(file: RemoteFile, draft: Draft): Promise<boolean> {
  const blob = await draft.read(file.name);
  return blob !== null && blob.size === file.bytes && (await hasHash(blob, file));
}

function finish({ name, bytes }: RemoteFile, draft: Draft, { arrived }: Download): void {
  draft.finish(name, bytes);
  arrived(bytes);
}

/** Receives all from byte `from` on, however often the connection breaks, as long as something comes in between. */
async function receive(url: string, file: RemoteFile, draft: Draft, from: number, download: Download): Promise<void> {
  let have = from;
  let failures = 0;
  for (;;) {
    const before = have;
    const { end, broken } = await receivePart(url, file, draft, have, download);
    have = end;
    if (!broken) return;
    failures = have > before ? 1 : failures + 1;
    if (failures === ATTEMPTS) throw broken;
    await pause(FIRST_PAUSE_MS * 2 ** (failures - 1), download.signal);
  }
}

/** One request. `broken` is why it ended before the file did. */
async function receivePart(
  url: string,
  file: RemoteFile,
  draft: Draft,
  from: number,
  download: Download,
): Promise<{ end: number; broken?: ModelFileError }> {
  let response: Response;
  try {
    response = await askFrom(url, file, from, download);
  } catch (error) {
    if (error instanceof ModelFileError && error.fault === "offline") return { end: from, broken: error };
    throw error;
  }
  const start = response.status === 206 ? rangeStart(response) : 0;
  if (response.status === 416 || (start !== 0 && start !== from)) {
    await response.body?.cancel();
    return { end: 0, broken: unreachable(file.name, "The server does not continue where it ended.") };
  }
  return writeBody(response, file, draft, start, download);
}

/** Only a server's plain answer is left where one refuses to begin in the middle. */
async function askFrom(url: string, file: RemoteFile, from: number, { fetch, signal }: Download): Promise<Response> {
  if (from === 0) return ask(fetch, url, file.name, { signal });
  try {
    return await ask(fetch, url, file.name, { signal, headers: { Range: `bytes=${from}-` } });
  } catch (error) {
    // Some servers let pages of other sites ask for a whole file, but not for a part.
    if (error instanceof ModelFileError && error.fault === "offline") return ask(fetch, url, file.name, { signal });
    throw error;
  }
}

const rangeStart = (response: Response): number =>
  Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1] ?? Number.NaN);

async function writeBody(
  response: Response,
  file: RemoteFile,
  draft: Draft,
  start: number,
  { signal, arrived }: Download,
): Promise<{ end: number; broken?: ModelFileError }> {
  const writer = await draft.write(file.name, start);
  let end = start;
  try {
    const reader = response.body?.getReader();
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      if (end + piece.value.length > file.bytes) {
        await reader?.cancel();
        const message = `More comes than the ${file.bytes} bytes that the repository lists.`;
        throw new ModelFileError(file.name, "wrong-answer", message, "Check the address of the server.");
      }
      await writer.write(piece.value);
      end += piece.value.length;
      arrived(end);
    }
  } catch (cause) {
    if (signal.aborted) throw new CancelledError("Cancelled.", { cause });
    if (cause instanceof ModelFileError) throw cause;
    return { end, broken: unreachable(file.name, `The connection broke after ${end} of ${file.bytes} bytes.`, cause) };
  } finally {
    await writer.close();
  }
  if (end === file.bytes) return { end };
  return { end, broken: unreachable(file.name, `The answer ended after ${end} of ${file.bytes} bytes.`) };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      clearTimeout(timer);
      reject(new CancelledError("Cancelled."));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", cancel);
      resolve();
    }, milliseconds);
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
}
