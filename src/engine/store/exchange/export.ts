import type { ExportResult } from "../../../shared/kept/store-calls.ts";
import type { Work } from "../../data/dataset.ts";
import { throwIfCancelled } from "../../data/problems.ts";
import { type WrittenFile, zipped } from "../../export/zip.ts";
import { piecesOf } from "../../hashing/digests.ts";
import { VERSION } from "../../session/version.ts";
import type { BlobRef } from "../blobs/blob-shelf.ts";
import { entryOf } from "../documents.ts";
import type { KeptRun } from "../entries/run-format.ts";
import type { KeptSubjects } from "../kept-subjects.ts";
import { type BlobName, wordsFor } from "../run-listing.ts";
import { StoreError } from "../store-error.ts";
import { blobPath, FORMAT, MANIFEST, type Manifest } from "./manifest.ts";

/** Which runs, null for all, and whether with weights and checkpoints. */
export interface ExportChoice {
  readonly runIds: readonly string[] | null;
  readonly weights: boolean;
}

const TOO_LARGE =
  "What was chosen has more than 4 GB, which one zip cannot hold: export fewer runs, or leave out their weights.";

/**
 * One zip of runs, the data they were trained on and the sweeps they belong to, with a manifest and the hash of
 * everything in it. What is damaged is left out and told.
 */
export async function exportKept(store: KeptSubjects, choice: ExportChoice, work: Work): Promise<ExportResult> {
  const packing = new Packing(store, work);
  const { runs: all, problems } = await store.runs.readAll();
  const { runIds } = choice;
  const chosen = all.filter(({ runId, removedAt }) => removedAt === null && (runIds?.includes(runId) ?? true));
  const runs: KeptRun[] = [];
  for (const run of chosen) runs.push(await packing.run(run, choice.weights));
  const named = new Set(chosen.map(({ source }) => source.contentId));
  const { sources } = await store.sources.readAll();
  const packed = [];
  for (const source of sources.filter(({ contentId }) => runIds === null || named.has(contentId)))
    if (await packing.add(source.blobs.content, `The content of the data set ${JSON.stringify(source.name)}`))
      packed.push(source);
  const sweeps = new Set(chosen.map(({ sweep }) => sweep?.sweepId));
  const { documents } = await store.documents.list();
  const manifest = {
    format: FORMAT,
    version: 1,
    software: { refrain: VERSION },
    exportedAt: new Date().toISOString(),
    files: Object.fromEntries(packing.files()),
    runs,
    sources: packed,
    documents: documents.filter(({ id }) => runIds === null || sweeps.has(id)).map(entryOf),
  } satisfies Manifest;
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const files = [fileOf(MANIFEST, new Blob([bytes])), ...packing.written()];
  const zip = await zipped(files, "Writing what is kept", work, TOO_LARGE);
  const name = `refrain-${manifest.exportedAt.slice(0, 10)}.zip`;
  return { zip, name, problems: [...problems, ...packing.problems] };
}

/** Gathers blobs, each once, checked against its hash. */
class Packing {
  readonly problems: string[] = [];
  readonly #blobs = new Map<string, { ref: BlobRef; content: Blob }>();

  constructor(
    readonly store: KeptSubjects,
    readonly work: Work,
  ) {}

  /** A run with those of its blobs that are whole. */
  async run(run: KeptRun, weights: boolean): Promise<KeptRun> {
    const wanted: BlobName[] = weights ? ["record", "model", "predictions", "checkpoint"] : ["record", "predictions"];
    const blobs: KeptRun["blobs"] = {};
    for (const name of wanted) {
      const ref = run.blobs[name];
      if (ref && (await this.add(ref, wordsFor(run, name)))) blobs[name] = ref;
    }
    return { ...run, checkpoint: blobs.checkpoint ? run.checkpoint : null, blobs };
  }

  /** Adds a blob; false where it is damaged. */
  async add(ref: BlobRef, what: string): Promise<boolean> {
    throwIfCancelled(this.work);
    if (this.#blobs.has(ref.hash)) return true;
    try {
      this.#blobs.set(ref.hash, { ref, content: await this.store.kept.parts.blobs.read(ref, what) });
      return true;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.problems.push(error.message);
      return false;
    }
  }

  files(): [string, { bytes: number; sha256: string }][] {
    return [...this.#blobs.values()].map(({ ref }) => [blobPath(ref.hash), { bytes: ref.bytes, sha256: ref.hash }]);
  }

  written(): WrittenFile[] {
    return [...this.#blobs.values()].map(({ ref, content }) => fileOf(blobPath(ref.hash), content));
  }
}

const fileOf = (name: string, content: Blob): WrittenFile => ({
  name,
  bytes: content.size,
  pieces: () => piecesOf(content),
});
