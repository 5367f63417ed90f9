import { SAMPLE_PREFIX } from "../../shared/samples.ts";
import type { Split } from "../../shared/task.ts";
import { contentIdOf } from "./content-id.ts";
import type { OpenOptions, OpenSource, Source, Work } from "./dataset.ts";
import { type Dropped, foldersOf, sortOut } from "./entries.ts";
import { imageSource } from "./image-source.ts";
import { type DecodeImage, decodeInBrowser } from "./images/decode.ts";
import { isImageName, isOtherImageName } from "./images/image-header.ts";
import { ProblemList, refuse } from "./problems.ts";
import { assignRoles } from "./roles.ts";
import { tableSource } from "./table-source.ts";
import { readTable, type TableFile } from "./tables/raw-table.ts";
import type { TextFile } from "./tables/text-stream.ts";

/** Opens files, pasted text or a built-in sample. */
export const openSource: OpenSource = (source, options, work) => openWith(decodeInBrowser)(source, options, work);

/** Opens with another decoder of images, where there is no browser. */
export const openWith =
  (decode: DecodeImage): OpenSource =>
  async (source, options, work) => {
    const contentId = await contentIdOf(source, work);
    switch (source.kind) {
      case "sample":
        return openBuiltIn(source.id, contentId, options, work);
      case "text": {
        const file = { name: source.name, blob: new Blob([source.text]), role: "train" } as const;
        return openTables([file], contentId, options, work);
      }
      case "files": {
        const files = source.files.map(({ path, file }) => ({ name: path, blob: file as globalThis.Blob }));
        return openFiles(files, { said: source.roles ?? {}, contentId }, decode, options, work);
      }
      default:
        return source satisfies never;
    }
  };

async function openBuiltIn(id: string, contentId: string, options: OpenOptions, work: Work): Promise<Source> {
  const { openSample } = await import("./samples.ts");
  const sample = await openSample(id, work);
  const train = `${SAMPLE_PREFIX}${id}`;
  const { credit } = sample;
  if (sample.kind === "table")
    return openTables([{ ...sample.file, role: "train" }], contentId, options, work, { train, credit });
  const origin = { contentId, train, credit, decode: sample.decode, areFiles: false };
  return imageSource([sample.root], origin, new ProblemList(options.skipBad), options, work);
}

type Roles = Partial<Record<Split, string>>;

async function openFiles(
  files: readonly TextFile[],
  { said, contentId }: { said: Roles; contentId: string },
  decode: DecodeImage,
  options: OpenOptions,
  work: Work,
): Promise<Source> {
  const problems = new ProblemList(options.skipBad);
  const dropped = await sortOut(files, problems);
  const images =
    dropped.loose.some(({ name }) => isImageName(name)) ||
    dropped.zips.some(({ entries }) => entries.some(({ path }) => isImageName(path)));
  if (images) {
    const roots = assignRoles(rootsOf(dropped, said, problems), said);
    const origin = { contentId, train: roots[0]?.name ?? "", credit: null, decode, areFiles: true };
    return imageSource(roots, origin, problems, options, work);
  }
  problems.throwIfErrors();
  return openTables(assignRoles(await tablesIn(dropped), said), contentId, options, work);
}

function rootsOf({ zips, loose }: Dropped, said: Roles, problems: ProblemList) {
  const folders = loose.some(({ name }) => isImageName(name)) ? foldersOf(loose, Object.values(said)) : [];
  const [unused] = loose;
  if (folders.length === 0 && unused)
    problems.warn({
      file: unused.name,
      message: "This lies beside an archive of images and is not used.",
      action: 'Put a table of labels into the archive as "metadata.csv".',
    });
  return [...zips, ...folders];
}

const isTableName = (path: string): boolean => /\.(csv|tsv|tab|txt|json|jsonl|ndjson)$/i.test(path);

/** The tables among what was dropped; a single file counts as one whatever its name, so that it is told what is wrong. */
async function tablesIn({ zips, loose }: Dropped): Promise<TextFile[]> {
  const named = loose.filter(({ name }) => isTableName(name));
  const packed = zips.flatMap(({ entries }) => entries.filter(({ path }) => isTableName(path)));
  const unpacked = packed.map(async ({ origin, read }) => ({ name: origin, blob: new Blob([await read()]) }));
  const tables = [...(loose.length === 1 ? loose : named), ...(await Promise.all(unpacked))];
  if (tables.length > 0) return tables;
  const all = [...zips, ...loose].map(({ name }) => name);
  const other = [...loose.map(({ name }) => name), ...zips.flatMap(({ entries }) => entries.map(({ path }) => path))];
  if (other.some(isOtherImageName))
    refuse({
      file: all.slice(0, 3).join(", "),
      message: "The images are of a format that browsers cannot be relied on to read.",
      action: "Convert them to PNG, JPEG, WebP or GIF.",
    });
  const nested = zips.some(({ entries }) => entries.some(({ path }) => /\.(zip|rar|7z|tar|gz)$/i.test(path)));
  return refuse({
    file: all.slice(0, 3).join(", ") || "the selection",
    message: nested ? "It holds only archives inside an archive." : "It holds neither images nor a table.",
    action: nested
      ? "Unpack it, and drop the archive or folder inside."
      : "Choose a CSV, TSV, JSON or JSON lines file, or a zip or folder with a folder of images for each class.",
  });
}

async function openTables(
  files: readonly TableFile[],
  contentId: string,
  options: OpenOptions,
  work: Work,
  builtIn: { train: string; credit: string } | null = null,
): Promise<Source> {
  const name = files[0]?.name ?? "";
  const table = await readTable(files, options, work);
  return tableSource(table, { contentId, name, train: name, credit: null, ...builtIn, skipBad: options.skipBad }, work);
}
