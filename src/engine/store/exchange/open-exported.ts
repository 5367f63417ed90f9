import { readDirectory, type ZipRecord } from "../../data/images/zip-directory.ts";
import { refuse } from "../../data/problems.ts";
import { sha256OfBlob } from "../../hashing/digests.ts";
import { MANIFEST, MANIFEST_SCHEMA, type Manifest } from "./manifest.ts";

const MAX_MANIFEST_BYTES = 256 << 20;
const LOCAL_HEADER = { bytes: 30, signature: 0x04034b50 } as const;
const AGAIN = "Export it again where it comes from, and import that file as it is.";

/** An exported file whose every content is what its manifest says. */
export interface Exported {
  readonly manifest: Manifest;
  /** The content under a hash; the manifest lists it. */
  blob(hash: string): Blob | null;
}

/**
 * Opens what was exported and checks every file in it, by size and hash. Nothing is unpacked: files are stored as they
 * are, so a file cannot expand.
 * @throws DataError naming the file in the zip and what is wrong with it
 */
export async function openExported(zip: Blob, name: string): Promise<Exported> {
  const records = await readDirectory(zip, name);
  const entries = new Map<string, ZipRecord>();
  for (const record of records) {
    const file = `${name}/${record.path}`;
    if (entries.has(record.path)) fail(file, "The zip holds two files of this name.");
    if (record.encrypted) fail(file, "The file is encrypted.");
    if (record.method !== 0 || record.size !== record.packedSize)
      fail(file, "The file is compressed, as exported files never are: another program packed it again.");
    entries.set(record.path, record);
  }
  const manifest = await readManifest(zip, entries.get(MANIFEST), name);
  for (const path of entries.keys())
    if (path !== MANIFEST && !(path in manifest.files))
      fail(`${name}/${path}`, "The manifest does not list this file.");
  const blobs = new Map<string, Blob>();
  for (const [path, { bytes, sha256 }] of Object.entries(manifest.files)) {
    const file = `${name}/${path}`;
    const record = entries.get(path) ?? fail(file, "The manifest lists this file, but it is not in the zip.");
    if (record.size !== bytes) fail(file, `The file has ${record.size} bytes instead of the ${bytes} of the manifest.`);
    if (path !== `blobs/${sha256}`) fail(file, "The file's name is not its hash in the manifest.");
    const content = await contentOf(zip, record, file);
    if ((await sha256OfBlob(content)) !== sha256) fail(file, "The content is damaged: its SHA-256 is another one.");
    blobs.set(sha256, content);
  }
  return { manifest, blob: (hash) => blobs.get(hash) ?? null };
}

async function readManifest(zip: Blob, record: ZipRecord | undefined, name: string): Promise<Manifest> {
  const file = `${name}/${MANIFEST}`;
  if (!record)
    return fail(
      name,
      `This is no file of kept runs: it holds no ${MANIFEST}.`,
      "Choose a file that this studio exported.",
    );
  if (record.size > MAX_MANIFEST_BYTES)
    fail(file, `The manifest has ${record.size} bytes, more than any that is exported.`);
  let json: unknown;
  try {
    json = JSON.parse(await (await contentOf(zip, record, file)).text());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail(file, `The manifest is no JSON: ${error.message}.`);
  }
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > 1)
    fail(
      file,
      `The file was exported by a newer version of Refrain (its format is ${version}).`,
      "Reload the page to get that version.",
    );
  const parsed = MANIFEST_SCHEMA.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return fail(file, `"${issue?.path.join(".")}": ${issue?.message}.`);
}

/** Where a file's content lies in the zip; read when it is needed. */
async function contentOf(zip: Blob, { offset, size }: ZipRecord, file: string): Promise<Blob> {
  const header = new DataView(await zip.slice(offset, offset + LOCAL_HEADER.bytes).arrayBuffer());
  if (header.byteLength < LOCAL_HEADER.bytes || header.getUint32(0, true) !== LOCAL_HEADER.signature)
    fail(file, "The zip is damaged where this file begins.");
  const start = offset + LOCAL_HEADER.bytes + header.getUint16(26, true) + header.getUint16(28, true);
  const content = zip.slice(start, start + size);
  if (content.size < size) fail(file, "The zip is cut off in this file.");
  return content;
}

function fail(file: string, message: string, action = AGAIN): never {
  refuse({ file, message, action: `${action} Nothing was changed here.` });
}
