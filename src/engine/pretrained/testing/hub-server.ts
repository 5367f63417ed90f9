import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
/** Files from this size on are listed as large ones are, with their SHA-256. */
const LARGE_BYTES = 1000;

/** What lets pages of other sites ask, as the real one has it. */
const CROSS_ORIGIN = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "X-Repo-Commit, X-Error-Code, ETag, Accept-Ranges, Content-Range",
};

/** Answers in place of the server; true where it did. */
export type Answer = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

export interface HubServer {
  readonly base: string;
  /** Requests so far, as `path` or `path bytes=N-`. */
  readonly requests: string[];
  /** Asked first; nothing by default. */
  answer: Answer;
  /** What the listing says, to be changed. */
  readonly listing: { [field: string]: unknown; siblings: Record<string, unknown>[] };
  close(): Promise<void>;
}

/** A server on this machine with the layout of a hub of models: one repository, `owner/tiny`, at `main`. */
export async function startHub(contents: Readonly<Record<string, string | Uint8Array>>): Promise<HubServer> {
  const files = new Map(Object.entries(contents).map(([name, content]) => [name, Buffer.from(content as Uint8Array)]));
  const hub = { requests: [] as string[], answer: (() => false) as Answer, listing: listingOf(files) };
  const server = createServer((request, response) => {
    const { pathname: path } = new URL(request.url ?? "", "http://hub");
    hub.requests.push([path, request.headers.range].filter(Boolean).join(" "));
    for (const [name, value] of Object.entries(CROSS_ORIGIN)) response.setHeader(name, value);
    if (hub.answer(request, response, path)) return;
    if (path === "/api/models/owner/tiny/revision/main") return void sendJson(response, hub.listing);
    const prefix = `/owner/tiny/resolve/${COMMIT}/`;
    const content = path.startsWith(prefix) ? files.get(decodeURIComponent(path.slice(prefix.length))) : undefined;
    if (content) sendFile(request, response, content);
    else refuse(response, 404, path.startsWith("/api") ? "RevisionNotFound" : "EntryNotFound");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(hub, {
    base,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

function listingOf(files: ReadonlyMap<string, Buffer>): HubServer["listing"] {
  const siblings = [...files].map(([rfilename, content]) => {
    const size = content.length;
    const blobId = createHash("sha1").update(`blob ${size}\0`).update(content).digest("hex");
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { rfilename, size, blobId, ...(size >= LARGE_BYTES && { lfs: { sha256, size, pointerSize: 130 } }) };
  });
  return { id: "owner/tiny", sha: COMMIT, private: false, gated: false, tags: ["license:mit", "region:us"], siblings };
}

export function refuse(response: ServerResponse, status: number, code?: string): true {
  response.writeHead(status, code === undefined ? {} : { "x-error-code": code }).end("refused");
  return true;
}

export function sendPage(response: ServerResponse): true {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html><title>Log in</title>");
  return true;
}

export function sendJson(response: ServerResponse, value: unknown): true {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  return true;
}

/** A file, or its end where the request asks for that. */
function sendFile(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (start >= content.length && start > 0) {
    response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
    return;
  }
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  const part = content.subarray(start);
  response.writeHead(request.headers.range ? 206 : 200, {
    "content-type": "application/octet-stream",
    "content-length": part.length,
    ...(request.headers.range && { "content-range": range }),
  });
  response.end(part);
}

/** Sends the head of a whole file and the bytes [start, end), then breaks the connection or, with `wait`, stays silent. */
export function sendCut(
  response: ServerResponse,
  content: Uint8Array,
  { start = 0, end, wait = false }: { start?: number; end: number; wait?: boolean },
): true {
  const headers = { "content-length": content.length - start };
  const partial = { ...headers, "content-range": `bytes ${start}-${content.length - 1}/${content.length}` };
  response.writeHead(start > 0 ? 206 : 200, start > 0 ? partial : headers);
  response.write(content.subarray(start, end), () => {
    // What was written must be on its way before the connection is cut.
    if (!wait) setTimeout(() => response.destroy(), 20);
  });
  return true;
}
