import { CancelledError, ModelFileError } from "../../errors.ts";

/** How a file is asked for; replaced in tests. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Asks a server and accepts nothing but what was asked for.
 * @param file what the errors name: a file, or a repository
 * @throws ModelFileError where no server answers, a login is wanted, there is no such thing, or a page comes instead;
 * CancelledError
 */
export async function ask(fetch: Fetch, url: string, file: string, init: RequestInit): Promise<Response> {
  const response = await reach(fetch, url, file, init);
  // 416: what was asked for lies behind the end, which the caller knows how to mend.
  if (!response.ok && response.status !== 416) return refused(response, url, file);
  if (response.headers.get("content-type")?.startsWith("text/html")) {
    const message = `A web page came instead of it from ${hostOf(url)}, perhaps for a login.`;
    throw new ModelFileError(file, "wrong-answer", message, "Check the address, or that no network asks for a login.");
  }
  return response;
}

async function reach(fetch: Fetch, url: string, file: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer", ...init });
  } catch (cause) {
    if (init.signal?.aborted) throw new CancelledError("Cancelled.", { cause });
    throw unreachable(file, `${hostOf(url)} cannot be reached.`, cause);
  }
}

export const unreachable = (file: string, message: string, cause?: unknown): ModelFileError =>
  new ModelFileError(
    file,
    "offline",
    message,
    "Check the connection and try again; what has come already is kept. Models of a folder need no network.",
    { cause },
  );

function refused(response: Response, url: string, file: string): never {
  const code = response.headers.get("x-error-code");
  const host = hostOf(url);
  if (code === "GatedRepo") return gated(file, host);
  if (response.status === 404 || code === "RepoNotFound") {
    const what = code === "RevisionNotFound" ? "has no such revision" : "has no such thing, or it is private";
    throw new ModelFileError(file, "not-found", `${host} ${what}.`, "Check the repository, the revision and the file.");
  }
  // Without a login the server says the same of repositories that are private and that do not exist.
  if (response.status === 401 || response.status === 403) return gated(file, host);
  if (response.status === 429 || response.status >= 500)
    throw unreachable(file, `${host} is too busy or out of order (${response.status}).`);
  const message = `${host} answers with the status ${response.status}.`;
  throw new ModelFileError(file, "wrong-answer", message, "Check the address of the server.");
}

/** @throws ModelFileError, always */
export function gated(file: string, host: string): never {
  const message = `${host} gives it only to those who are logged in and have accepted its terms, or there is no such repository.`;
  const action = "Download the files there, logged in, and open them here as a folder.";
  throw new ModelFileError(file, "gated", message, action);
}

export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);
