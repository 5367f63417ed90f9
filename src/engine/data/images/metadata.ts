import type { ColumnSummary } from "../../../shared/dataset.ts";
import type { OpenOptions, Work } from "../dataset.ts";
import { type ProblemList, refuse } from "../problems.ts";
import { describeColumns } from "../tables/columns.ts";
import { type RawTable, readTable } from "../tables/raw-table.ts";
import { normalPath } from "./archive.ts";
import type { ImageFile, Root } from "./image-folder.ts";

/** What metadata files say of the images. */
export interface Metadata {
  readonly columns: ColumnSummary[];
  /** Column of file names. */
  readonly nameColumn: string;
  /** Column of labels that the studio proposes. */
  readonly label: string | undefined;
  /** Cells by column of each image, in the order of the images; null for images that no row names. */
  readonly cells: readonly (Readonly<Record<string, string>> | null)[];
}

const METADATA_NAMES = /(^|\/)(metadata|labels)\.(csv|tsv|jsonl)$/i;
const NAME_COLUMNS = /^(file_?name|file|path|file_?path|image|image_?(name|path|file|id)|id)$/i;

export const isMetadataName = (path: string): boolean => METADATA_NAMES.test(path);

/**
 * Reads the `metadata.csv` or `metadata.jsonl` files beside images (as Hugging Face's image folders have them): a
 * column of file names, relative to the metadata file, and columns of labels. Null where there are none.
 * @throws DataError where a file has no column of file names
 */
export async function readMetadata(
  roots: readonly Root[],
  files: readonly ImageFile[],
  options: OpenOptions,
  problems: ProblemList,
  work: Work,
): Promise<Metadata | null> {
  const found = roots.flatMap((root, index) =>
    root.entries.filter(({ path }) => isMetadataName(path)).map((entry) => ({ entry, index })),
  );
  if (found.length === 0) return null;
  const places = new Map(files.map((file, i) => [`${file.root}/${file.entry.path}`, i]));
  const tableFiles = await Promise.all(
    found.map(async ({ entry }) => ({
      name: entry.origin,
      blob: new Blob([await entry.read()]),
      role: "train" as const,
    })),
  );
  const table = await readTable(tableFiles, { ...options, maxRows: Number.MAX_SAFE_INTEGER }, work);
  for (const problem of table.problems) problems.warn(problem);
  const nameColumn = chooseNameColumn(
    table,
    found.map(({ entry }) => entry.path),
    places,
  );
  const at = table.columns.indexOf(nameColumn);
  const cells = files.map((): Record<string, string> | null => null);
  for (const row of table.rows) {
    const { entry, index } = found[row.file] as (typeof found)[number];
    const name = row.cells[at] ?? "";
    const place = places.get(`${index}/${beside(entry.path, name)}`);
    if (place === undefined)
      problems.bad({
        file: entry.origin,
        row: row.line,
        column: nameColumn,
        message: `There is no image "${name}" beside this file.`,
        action: "Correct the name, or add the image.",
      });
    else cells[place] = Object.fromEntries(table.columns.map((column, i) => [column, row.cells[i] ?? ""]));
  }
  const { columns, label } = await describeColumns(withoutColumn(table, at), work);
  return { columns, nameColumn, label, cells };
}

/** The path of a name that is relative to the folder of a metadata file. */
const beside = (metadataPath: string, name: string): string =>
  normalPath(`${metadataPath.replace(/[^/]*$/, "")}${name.trim()}`);

function chooseNameColumn(
  { columns, rows, files }: RawTable,
  paths: readonly string[],
  places: ReadonlyMap<string, number>,
): string {
  const first = rows[0];
  const named = columns.find((name) => NAME_COLUMNS.test(name.trim()));
  const fitting = columns.find((_, i) => {
    const path = beside(paths[first?.file ?? 0] ?? "", first?.cells[i] ?? "");
    return path !== "" && [...places.keys()].some((place) => place.endsWith(`/${path}`));
  });
  return (
    fitting ??
    named ??
    refuse({
      file: files[0]?.name ?? "metadata",
      message: "No column holds the names of the images.",
      action: 'Name the column "file_name"; names are relative to the folder of this file.',
    })
  );
}

function withoutColumn(table: RawTable, at: number): RawTable {
  const keep = <T>(values: readonly T[]): T[] => values.filter((_, i) => i !== at);
  return {
    ...table,
    columns: keep(table.columns),
    rows: table.rows.map((row) => ({ ...row, cells: keep(row.cells) })),
  };
}
