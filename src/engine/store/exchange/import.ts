import type { ImportResult } from "../../../shared/kept/store-calls.ts";
import { contentIdOfFiles } from "../../data/content-id.ts";
import type { Work } from "../../data/dataset.ts";
import { refuse } from "../../data/problems.ts";
import type { Change, Table } from "../catalogue/catalogue.ts";
import { keyOf, putDocument } from "../documents.ts";
import { type Format, readEntry } from "../entries/format.ts";
import { type KeptRun, RUN_FORMAT } from "../entries/run-format.ts";
import { DOCUMENT_FORMAT, type KeptSource, SOURCE_FORMAT } from "../entries/source-format.ts";
import type { KeptSubjects } from "../kept-subjects.ts";
import { putRun } from "../run-entries.ts";
import { readRecord } from "../runs.ts";
import { putSource } from "../sources.ts";
import { StoreError } from "../store-error.ts";
import { MANIFEST } from "./manifest.ts";
import { type Exported, openExported } from "./open-exported.ts";

/**
 * Takes in what was exported elsewhere: every hash, entry, experiment and record is checked before anything is
 * committed, all at once. What is here already, by its identity, stays as it is.
 * @throws DataError naming the file in the zip and what is wrong; nothing is changed then
 */
export async function importKept(store: KeptSubjects, file: Blob, name: string, work: Work): Promise<ImportResult> {
  work.progress("Checking the file", 0, 0);
  const exported = await openExported(file, name);
  const place = `${name}/${MANIFEST}`;
  const { manifest } = exported;
  const runs = read(RUN_FORMAT, manifest.runs, "runs", place).map((run) => ({ ...run, removedAt: null }));
  const sources = read(SOURCE_FORMAT, manifest.sources, "sources", place);
  const documents = read(DOCUMENT_FORMAT, manifest.documents, "documents", place);
  for (const [i, { blobs }] of [...runs, ...sources].entries()) checkBlobs(exported, blobs, i, place);
  for (const run of runs) await checkRun(exported, run, name);
  for (const source of sources) await checkSource(exported, source, name, work);
  const found: Found[] = [
    ...runs.map((run): Found => ({ table: "runs", key: run.runId, change: putRun(run) })),
    ...sources.map((source): Found => ({ table: "sources", key: source.contentId, change: putSource(source) })),
    ...documents.map((entry): Found => ({ table: "documents", key: keyOf(entry), change: putDocument(entry) })),
  ];
  return take(store, exported, found, name);
}

interface Found {
  readonly table: Table;
  readonly key: string;
  readonly change: Change;
}

async function take(
  store: KeptSubjects,
  exported: Exported,
  found: readonly Found[],
  name: string,
): Promise<ImportResult> {
  const { blobs, catalogue, changed } = store.kept.parts;
  const isNew = async ({ table, key }: Found) => (await catalogue.get(table, key)) === undefined;
  const wanted = new Set<string>();
  for (const { table, key, change } of found) {
    const here = (await catalogue.get(table, key)) as Change["value"] | undefined;
    // Of what is here already, a file that was damaged is made good.
    for (const ref of Object.values((here ?? change.value)?.blobs ?? {}))
      if (!here || (exported.blob(ref.hash) && !(await blobs.has(ref)))) wanted.add(ref.hash);
  }
  const contents = Object.fromEntries([...wanted].map((hash) => [hash, exported.blob(hash) as Blob]));
  const taken: Found[] = [];
  await store.kept.keep(`what ${name} holds`, contents, async () => {
    taken.length = 0;
    for (const one of found) if (await isNew(one)) taken.push(one);
    return taken.map(({ change }) => change);
  });
  const count = (table: Table): number => taken.filter((one) => one.table === table).length;
  const result = { runs: count("runs"), sources: count("sources"), documents: count("documents") };
  if (result.runs + result.documents > 0) changed("runs");
  if (result.sources > 0) changed("sources");
  return { ...result, known: found.length - taken.length };
}

/** Entries of one kind. */
function read<T>(format: Format<T>, entries: readonly unknown[], list: string, file: string): T[] {
  return entries.map((entry, i) => {
    try {
      return readEntry(format, entry, `${list}[${i}]`);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return refuse({ file, message: error.message, action: "Nothing was changed here." });
    }
  });
}

function checkBlobs(
  { blob }: Exported,
  blobs: KeptRun["blobs"] | KeptSource["blobs"],
  entry: number,
  file: string,
): void {
  for (const [what, ref] of Object.entries(blobs))
    if (ref && blob(ref.hash)?.size !== ref.bytes)
      refuse({
        file,
        message: `Entry ${entry} refers to blobs/${ref.hash} of ${ref.bytes} bytes as its ${what}, which the file does not hold.`,
        action: "Export it again where it comes from. Nothing was changed here.",
      });
}

/** A record must be one, and of the run's own experiment. */
async function checkRun({ blob }: Exported, run: KeptRun, name: string): Promise<void> {
  const ref = run.blobs.record;
  if (!ref) return;
  const file = `${name}/blobs/${ref.hash}`;
  try {
    readRecord(new Uint8Array(await (blob(ref.hash) as Blob).arrayBuffer()), run.name);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    refuse({ file, message: error.message, action: "Nothing was changed here." });
  }
}

/** Data must be those whose identity they bear. */
async function checkSource({ blob }: Exported, source: KeptSource, name: string, work: Work): Promise<void> {
  const content = blob(source.blobs.content.hash) as Blob;
  const total = source.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let at = 0;
  const files = source.files.map(({ path, bytes }) => {
    const file = content.slice(at, at + bytes);
    at += bytes;
    return { path, file };
  });
  const { validation, test } = source.roles;
  const roles = { ...(validation !== undefined && { validation }), ...(test !== undefined && { test }) };
  if (total === content.size && (await contentIdOfFiles({ files, roles }, work)) === source.contentId) return;
  refuse({
    file: `${name}/blobs/${source.blobs.content.hash}`,
    message: `These are not the data ${JSON.stringify(source.name)}, whose identity they bear.`,
    action: "Export them again where they come from. Nothing was changed here.",
  });
}
