import { zipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { contentIdOf } from "../../data/content-id.ts";
import type { Work } from "../../data/dataset.ts";
import { openZip } from "../../data/images/archive.ts";
import { sha256 } from "../../hashing/digests.ts";
import type { RunStore } from "../run-store.ts";
import { bytesOf, checkpointAt, newDisk, outcomeOf, RECORD, startOf, storeOn, textOf } from "../testing/stores.ts";
import type { Manifest } from "./manifest.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const NOW = new Date("2026-03-04T05:06:07Z");
const FILES = [
  { path: "train.csv", file: new Blob(["text,intent\nhello,greet"]) },
  { path: "test.csv", file: new Blob(["text,intent\nbye,part"]) },
];
const ROLES = { test: "test.csv" };
const SWEEP = { kind: "sweep", id: "s", version: 3, content: { grid: { "repeat.k": [1, 4] } } } as const;

type Files = Record<string, Uint8Array<ArrayBuffer>>;

let contentId: string;
let full: RunStore;
/** What is exported of it, file by file. */
let exported: Files;

/** Two runs that ended, one that was cut off, their data, and a sweep. */
async function fullStore(): Promise<RunStore> {
  const store = await storeOn(await newDisk()).open();
  const source = { name: "train.csv", contentId };
  await store.runs.begin(startOf("a", { source, sweep: { sweepId: "s", point: 1 } }));
  await store.runs.finish("a", outcomeOf("a"));
  await store.runs.annotate("a", { notes: "good", tags: ["k=4"] });
  await store.runs.begin(startOf("b", { source: { name: "iris", contentId: "sample:iris" } }));
  await store.runs.finish("b", { ...outcomeOf("b"), predictions: null });
  await store.runs.begin(startOf("c", { source }));
  await store.runs.keepCheckpoint("c", bytesOf("state"), checkpointAt(12));
  store.runs.letGo("c");
  await store.sources.keep(contentId, "train.csv", { files: FILES, roles: ROLES }, { skipBad: false, maxRows: 9 }, NOW);
  await store.documents.keep(SWEEP);
  return store;
}

beforeAll(async () => {
  contentId = await contentIdOf({ kind: "files", files: FILES, roles: ROLES }, WORK);
  full = await fullStore();
  exported = await unzipped((await full.export({ runIds: null, weights: true }, WORK)).zip);
});

async function unzipped(zip: Blob): Promise<Files> {
  const entries = await openZip(zip, "kept.zip", (fault) => expect(fault).toBeNull());
  return Object.fromEntries(await Promise.all(entries.map(async ({ path, read }) => [path, await read()])));
}

const manifestOf = (files: Files): Manifest => JSON.parse(textOf(files["manifest.json"] ?? null) ?? "");

const zipOf = (files: Files, level: 0 | 6 = 0): Blob =>
  new Blob([zipSync(files, { level }) as Uint8Array<ArrayBuffer>]);

/** What was exported, with another manifest and files. */
function changed(change: (manifest: Manifest, files: Files) => unknown): Blob {
  const files = { ...exported };
  const manifest = manifestOf(files);
  change(manifest, files);
  return zipOf({ ...files, "manifest.json": bytesOf(JSON.stringify(manifest)) });
}

describe("what is exported", () => {
  test("comes to an empty store as it was", async () => {
    const { zip, name, problems } = await full.export({ runIds: null, weights: true }, WORK);
    expect(problems).toEqual([]);
    expect(name).toMatch(/^refrain-\d{4}-\d\d-\d\d\.zip$/);
    const store = await storeOn(await newDisk()).open();
    expect(await store.import(zip, name, WORK)).toEqual({ runs: 3, sources: 1, documents: 1, known: 0 });
    expect(await store.read()).toEqual(await full.read());
    for (const id of ["a", "b"]) {
      expect(await store.runs.record(id)).toEqual(RECORD);
      expect(textOf(await store.runs.model(id))).toBe(`weights ${id}`);
    }
    expect(textOf(await store.runs.predictions("a"))).toBe("predictions a");
    expect(textOf(await store.runs.checkpoint("c"))).toBe("state");
    expect(await store.runs.resume("c")).toMatchObject({ status: "going", checkpoint: { step: 12 } });
    const { source } = await store.sources.source(contentId);
    expect(await contentIdOf(source, WORK)).toBe(contentId);
    expect(await store.import(zip, name, WORK)).toEqual({ runs: 0, sources: 0, documents: 0, known: 5 });
  });

  test("is listed in the manifest by size and hash, every file of it", async () => {
    const { files, format, version } = manifestOf(exported);
    expect([format, version]).toEqual(["refrain-kept", 1]);
    const listed = Object.entries(exported).filter(([path]) => path !== "manifest.json");
    const real = await Promise.all(
      listed.map(async ([path, bytes]) => [path, { bytes: bytes.length, sha256: await sha256(bytes) }]),
    );
    expect(files).toEqual(Object.fromEntries(real));
    // One record, since both are alike; two models, one file of predictions, a checkpoint, the data.
    expect(listed).toHaveLength(6);
  });

  test("is what was chosen, with the data and the sweep that go with it", async () => {
    const { zip } = await full.export({ runIds: ["a"], weights: false }, WORK);
    const store = await storeOn(await newDisk()).open();
    expect(await store.import(zip, "a.zip", WORK)).toEqual({ runs: 1, sources: 1, documents: 1, known: 0 });
    expect((await store.read()).runs).toMatchObject([{ runId: "a", notes: "good", hasWeights: false }]);
    expect(await store.runs.record("a")).toEqual(RECORD);
    const other = await full.export({ runIds: ["b"], weights: true }, WORK);
    expect(manifestOf(await unzipped(other.zip))).toMatchObject({ sources: [], documents: [] });
  });

  test("leaves out what is damaged, and says so", async () => {
    const store = await fullStore();
    const { blobs } = await store.runs.get("a");
    const draft = await store.kept.parts.blobs.shelf.draft();
    await draft.finish(blobs.model?.hash as string);
    const { zip, problems } = await store.export({ runIds: null, weights: true }, WORK);
    expect(problems).toEqual([expect.stringMatching(/weights of the run "Run 1".*damaged/)]);
    const other = await storeOn(await newDisk()).open();
    await other.import(zip, "kept.zip", WORK);
    expect((await other.read()).runs).toMatchObject([{ hasWeights: false }, { hasWeights: true }, {}]);
  });
});

test("what is damaged here is made good by a file that has it whole", async () => {
  const store = await fullStore();
  const { zip } = await store.export({ runIds: null, weights: true }, WORK);
  const { shelf } = store.kept.parts.blobs;
  const { blobs } = await store.runs.get("a");
  await shelf.remove(blobs.model?.hash as string);
  await (await shelf.draft()).finish(blobs.record?.hash as string);
  await expect(store.runs.model("a")).rejects.toThrow(/missing/);
  expect(await store.import(zip, "kept.zip", WORK)).toMatchObject({ runs: 0, known: 5 });
  expect(textOf(await store.runs.model("a"))).toBe("weights a");
  expect(await store.runs.record("a")).toEqual(RECORD);
  expect((await store.read()).problems).toEqual([]);
});

const blobOf = (manifest: Manifest, table: "runs" | "sources", i: number, what: string): string =>
  (manifest[table][i] as unknown as { blobs: Record<string, { hash: string }> }).blobs[what]?.hash as string;

/** Puts another content in a blob's place, with all that names it. */
async function replaced(files: Files, manifest: Manifest, hash: string, content: string): Promise<Blob> {
  const bytes = bytesOf(content);
  const other = await sha256(bytes);
  const { [`blobs/${hash}`]: _, "manifest.json": __, ...rest } = files;
  const size = new RegExp(`(\\{"hash":"${hash}","bytes":)\\d+`, "g");
  const json = JSON.stringify(manifest).replace(size, `$1${bytes.length}`).replaceAll(hash, other);
  const { files: listed } = JSON.parse(json) as Manifest;
  const fixed = {
    ...JSON.parse(json),
    files: { ...listed, [`blobs/${other}`]: { bytes: bytes.length, sha256: other } },
  };
  return zipOf({ ...rest, [`blobs/${other}`]: bytes, "manifest.json": bytesOf(JSON.stringify(fixed)) });
}

const edited = (list: "runs" | "sources" | "documents", i: number, change: object) =>
  changed((manifest) => Object.assign(manifest[list][i] as object, change));

describe("an import is refused, and changes nothing, of", () => {
  const cases: [string, () => Blob | Promise<Blob>, RegExp][] = [
    ["no zip", () => new Blob(["hello"]), /^bad\.zip: The archive has no table of contents/],
    ["a zip that is cut off", () => zipOf(exported).slice(0, 4000), /bad\.zip/],
    ["another zip", () => zipOf({ "a.csv": bytesOf("x") }), /^bad\.zip: This is no file of kept runs/],
    [
      "a manifest that is no JSON",
      () => zipOf({ ...exported, "manifest.json": bytesOf("{") }),
      /^bad\.zip\/manifest\.json: The manifest is no JSON/,
    ],
    [
      "a newer format",
      () => changed((manifest) => Object.assign(manifest, { version: 2 })),
      /newer version of Refrain \(its format is 2\)/,
    ],
    [
      "another format",
      () => changed((manifest) => Object.assign(manifest, { format: "zip" })),
      /manifest\.json: "format"/,
    ],
    [
      "a field that nobody knows",
      () => changed((manifest) => Object.assign(manifest, { extra: 1 })),
      /manifest\.json: .*extra/,
    ],
    [
      "a file that is not listed",
      () => changed((_, files) => Object.assign(files, { "../x.txt": bytesOf("x") })),
      /^bad\.zip\/\.\.\/x\.txt: The manifest does not list/,
    ],
    [
      "a path out of the folder",
      () =>
        changed((manifest) => Object.assign(manifest.files, { "blobs/../x": { bytes: 1, sha256: "a".repeat(64) } })),
      /manifest\.json: "files/,
    ],
    [
      "a file that is missing",
      () => changed((manifest, files) => delete files[`blobs/${blobOf(manifest, "runs", 0, "model")}`]),
      /blobs\/[0-9a-f]{64}: The manifest lists this file, but/,
    ],
    [
      "a file of another size",
      () =>
        changed((manifest, files) =>
          Object.assign(files, { [`blobs/${blobOf(manifest, "runs", 0, "model")}`]: bytesOf("short") }),
        ),
      /has 5 bytes instead of the 9/,
    ],
    [
      "a changed file",
      () =>
        changed((manifest, files) =>
          Object.assign(files, { [`blobs/${blobOf(manifest, "runs", 0, "model")}`]: bytesOf("weightS a") }),
        ),
      /blobs\/[0-9a-f]{64}: The content is damaged/,
    ],
    [
      "a compressed file",
      () => zipOf({ ...exported, "manifest.json": exported["manifest.json"] as Uint8Array<ArrayBuffer> }, 6),
      /is compressed, as exported files never are/,
    ],
    [
      "a name that is no hash",
      () =>
        changed((manifest) =>
          Object.assign(manifest.files[`blobs/${blobOf(manifest, "runs", 0, "model")}`] as object, {
            sha256: "b".repeat(64),
          }),
        ),
      /name is not its hash/,
    ],
    [
      "an experiment with a wrong field",
      () => edited("runs", 1, { experiment: { ...RECORD.experiment, repeat: { k: 900 } } }),
      /manifest\.json: The run "runs\[1\]" is damaged: "experiment": repeat\.k/,
    ],
    ["a run without a name", () => edited("runs", 0, { name: 7 }), /"runs\[0\]" is damaged: "name"/],
    ["a run of a newer version", () => edited("runs", 0, { version: 5 }), /"runs\[0\]" was kept by a newer version/],
    [
      "a run whose blob is not there",
      () => edited("runs", 0, { blobs: { model: { hash: "c".repeat(64), bytes: 3 } } }),
      /refers to blobs\/c{64} of 3 bytes as its model/,
    ],
    [
      "data of another identity",
      () => edited("sources", 0, { contentId: "d".repeat(64) }),
      /These are not the data "train\.csv"/,
    ],
    [
      "a document of another kind",
      () => edited("documents", 0, { kind: "virus" }),
      /"documents\[0\]" is damaged: "kind"/,
    ],
    [
      "a record that is none",
      () => {
        const manifest = manifestOf(exported);
        return replaced(exported, manifest, blobOf(manifest, "runs", 0, "record"), '{"version":1}');
      },
      /blobs\/[0-9a-f]{64}: The record of the run "Run 1" is damaged: "status"/,
    ],
  ];

  test.each(cases)("%s", async (_, make, why) => {
    const disk = await newDisk();
    const store = await storeOn(disk).open();
    await store.runs.begin(startOf("mine"));
    const before = await store.read();
    await expect(store.import(await make(), "bad.zip", WORK)).rejects.toThrow(why);
    expect(await store.read()).toEqual(before);
    expect(await disk.shelf.hashes()).toEqual([]);
  });
});
