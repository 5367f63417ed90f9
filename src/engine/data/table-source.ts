import type { Input, Item, SourceSummary } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import type { Split } from "../../shared/task.ts";
import type { Dataset, Inputs, Source, Work } from "./dataset.ts";
import { findDuplicates, groupEqual, normaliseText } from "./duplicates.ts";
import { excludedBy } from "./edited.ts";
import { sha256OfAll, sha256OfEdited } from "./hash.ts";
import { inPieces } from "./in-pieces.ts";
import { labelAndSplit } from "./labelled.ts";
import { ProblemList, throwIfCancelled } from "./problems.ts";
import { baseName, rolesFor } from "./roles.ts";
import { checkColumns, columnIndex, type Reading, readingOf } from "./table-reading.ts";
import { describeColumns, isMissing } from "./tables/columns.ts";
import { encodeTable } from "./tables/encode-table.ts";
import type { RawTable, TableRow } from "./tables/raw-table.ts";

/** How a table was opened. */
export interface TableOrigin {
  readonly contentId: string;
  readonly name: string;
  /** `data.train` that stands for all of its files, such as `sample:iris`; its training file's name otherwise. */
  readonly train: string;
  readonly credit: string | null;
  readonly skipBad: boolean;
}

let opened = 0;

/** A table that was opened: rows of text cells, from one or more files. Its items are its rows. */
export async function tableSource(table: RawTable, origin: TableOrigin, work: Work): Promise<Source> {
  const summary = await summarize(table, origin, work);
  const memory = new Map<string, Promise<Content>>();
  let latest: Dataset | null = null;
  return {
    summary,
    items: async (offset, limit) => {
      const rows = table.rows.slice(offset, offset + limit);
      return Promise.all(rows.map((row, i) => latest?.item(offset + i) ?? rawItem(summary, table, row, offset + i)));
    },
    prepare: async (experiment, work, leaveOutBad = false) => {
      const opened = { table, summary, origin, memory };
      // What is prepared with bad items left out is looked at, not trained on.
      if (leaveOutBad) return prepare({ ...opened, origin: { ...origin, skipBad: true } }, experiment, work);
      latest = await prepare(opened, experiment, work);
      return latest;
    },
  };
}

async function summarize(
  table: RawTable,
  { contentId, name, train, credit }: TableOrigin,
  work: Work,
): Promise<SourceSummary> {
  const { columns, task, text, label, features, problems } = await describeColumns(table, work);
  const roles = (["validation", "test"] as const).flatMap((role) => {
    const file = table.files.find((candidate) => candidate.role === role);
    return file ? [[role, file.name] as const] : [];
  });
  const chosen = { ...(text && { text }), ...(label && { label }), ...(features && { features }) };
  return {
    id: `table-${++opened}`,
    contentId,
    name: baseName(name),
    kind: "table",
    files: [...table.files],
    rows: table.rows.length,
    sampledFrom: table.sampledFrom,
    columns,
    guess: { task, data: { train, ...Object.fromEntries(roles), ...chosen } },
    problems: [...table.problems, ...problems],
    credit,
  };
}

const originOf = (table: RawTable, { file, line }: TableRow): string => `${table.files[file]?.name}, row ${line}`;

function rawItem({ guess }: SourceSummary, table: RawTable, row: TableRow, id: number): Item {
  const cells = Object.fromEntries(table.columns.map((name, i) => [name, row.cells[i] ?? ""]));
  const { text, label } = guess.data;
  const input: Input =
    text === undefined ? { modality: "table", cells } : { modality: "text", text: cells[text] ?? "" };
  const split = table.files[row.file]?.role ?? "train";
  return { id, split, label: (label !== undefined && cells[label]) || "", origin: originOf(table, row), input };
}

/** What the rows hold under a choice of columns, which does not change with the seed. */
interface Content {
  readonly groups: Int32Array;
  readonly sha256: string;
}

/** Choices of columns whose content is remembered. */
const MEMORY = 4;

interface Opened {
  readonly table: RawTable;
  readonly summary: SourceSummary;
  readonly origin: TableOrigin;
  readonly memory: Map<string, Promise<Content>>;
}

async function prepare(opened: Opened, experiment: Experiment, work: Work): Promise<Dataset> {
  const { table, summary, origin } = opened;
  const { data, task } = experiment;
  const fileRoles = rolesFor(data, table.files, origin.train);
  const file = table.files[fileRoles.indexOf("train")]?.name ?? summary.name;
  const label = columnIndex(table, data.label ?? summary.guess.data.label, "label", file);
  const problems = new ProblemList(origin.skipBad);
  const reading = await readingOf(table, summary, experiment, label, file, problems, work);
  checkColumns(table, [table.columns[label] as string, ...reading.columns]);
  const { names, unusable, unlabelled } = await usableLabels(table, label, reading, experiment, problems, work);
  const roles = table.rows.map((row): Split => fileRoles[row.file] ?? "train");
  const place = { file, column: table.columns[label] as string };
  const labelled = labelAndSplit(names, roles, experiment, place, problems);
  problems.throwIfErrors();
  const { classes, labels, trueLabels, splits, about, counts } = labelled;
  const inputs = await encode(table, reading, splits.train, experiment, work);
  const key = JSON.stringify([task, label, reading.columns, fileRoles]);
  const { groups, sha256: content } = await remembered(opened.memory, key, work, () =>
    contentOf(table, reading, { task, names, roles }, work),
  );
  throwIfCancelled(work);
  return {
    classes,
    labels,
    trueLabels,
    splits,
    inputs,
    summary: {
      task,
      ...counts,
      duplicates: findDuplicates(splits, trueLabels, groups),
      input:
        inputs.modality === "table"
          ? { modality: "table", columns: [...reading.columns], features: [...inputs.encoder.features] }
          : { modality: "text" },
      sha256: await sha256OfEdited(content, data.edits),
      contentSha256: content,
      problems: [...unlabelled, ...problems.warnings()],
    },
    unusable,
    item: async (id) => {
      const row = table.rows[id];
      if (!row) throw new RangeError(`There is no item ${id}; the last is ${table.rows.length - 1}.`);
      return { id, ...about(id), origin: originOf(table, row), input: reading.input(id) };
    },
  };
}

/** What was computed before under a key, or is being computed; anew where that was called off by others than this work. */
async function remembered(
  memory: Opened["memory"],
  key: string,
  work: Work,
  compute: () => Promise<Content>,
): Promise<Content> {
  const known = memory.get(key);
  if (known)
    try {
      return await known;
    } catch {
      throwIfCancelled(work);
    }
  if (memory.size >= MEMORY) memory.clear();
  const content = compute();
  memory.set(key, content);
  // What was called off must not be remembered.
  content.catch(() => {
    if (memory.get(key) === content) memory.delete(key);
  });
  return content;
}

/**
 * The label of each row, or null where the row takes no part: without a label always, unusable only if skipped or
 * excluded by hand.
 */
async function usableLabels(
  table: RawTable,
  label: number,
  reading: Reading,
  experiment: Experiment,
  problems: ProblemList,
  work: Work,
) {
  const isExcluded = excludedBy(experiment);
  const unusable: number[] = [];
  const missing = new ProblemList(true);
  const nameOf = (row: TableRow, item: number): string | null => {
    const name = (row.cells[label] ?? "").trim();
    const place = { file: table.files[row.file]?.name ?? "", row: row.line };
    if (name === "") {
      missing.bad({ ...place, column: table.columns[label] as string, message: "There is no label.", action: "" });
      return null;
    }
    const fault = reading.faultOf(item);
    if (!fault) return name;
    unusable.push(item);
    if (!isExcluded(item)) problems.bad({ ...place, ...fault });
    return null;
  };
  const names = new Array<string | null>(table.rows.length).fill(null);
  await inPieces(names.length, work, (from, to) => {
    for (let item = from; item < to; item++) names[item] = nameOf(table.rows[item] as TableRow, item);
  });
  return { names, unusable: Int32Array.from(unusable), unlabelled: missing.warnings() };
}

async function encode(
  table: RawTable,
  reading: Reading,
  train: Int32Array,
  { data }: Experiment,
  work: Work,
): Promise<Inputs> {
  if (reading.features === null)
    return { modality: "text", texts: table.rows.map((_, item) => reading.cells(item)[0] ?? "") };
  const encoded = await encodeTable(reading.features, table.rows.length, train, data.scaling, work);
  return { modality: "table", ...encoded };
}

async function contentOf(
  table: RawTable,
  reading: Reading,
  about: { task: string; names: readonly (string | null)[]; roles: readonly Split[] },
  work: Work,
): Promise<Content> {
  const keyOf =
    reading.features === null
      ? (item: number) => normaliseText(reading.cells(item)[0] ?? "")
      : (item: number) => JSON.stringify(reading.cells(item).map((cell) => (isMissing(cell) ? "" : cell.trim())));
  const values = function* (): Generator<unknown> {
    yield [about.task, reading.columns];
    for (const [item, name] of about.names.entries()) yield [about.roles[item], name, reading.cells(item)];
  };
  work.progress("Looking for duplicates", 0, 0);
  const groups = await groupEqual(table.rows.length, keyOf, work);
  return { groups, sha256: await sha256OfAll(values(), work) };
}
