import type { DatasetSummary, Input, Item, SourceSummary } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import { MODALITY_OF, SPLITS, type Split } from "../../shared/task.ts";
import { checkClasses, sortClasses, warnOfLonely } from "./classes.ts";
import type { Dataset, Inputs, Source, Work } from "./dataset.ts";
import { findDuplicates } from "./duplicates.ts";
import { sha256 } from "./hash.ts";
import { ProblemList, refuse, throwIfCancelled } from "./problems.ts";
import { ROLE_NUMBER, type Splits, splitItems } from "./splits.ts";
import { describeColumns, isMissing } from "./tables/columns.ts";
import { encodeInto, type FeatureColumn, fitEncoder } from "./tables/encode-table.ts";
import type { RawTable, TableRow } from "./tables/raw-table.ts";

let opened = 0;

/** A table that was opened: rows of text cells, from one or more files. */
export function tableSource(table: RawTable, name: string, train: string, credit: string | null): Source {
  const { columns, task, text, label } = describeColumns(table);
  const roles = (["validation", "test"] as const).flatMap((role) => {
    const file = table.files.find((candidate) => candidate.role === role);
    return file ? [[role, file.name] as const] : [];
  });
  const data = { train, ...Object.fromEntries(roles), ...(text ? { text } : {}), ...(label ? { label } : {}) };
  const summary: SourceSummary = {
    id: `table-${++opened}`,
    name,
    kind: "table",
    files: [...table.files],
    rows: table.rows.length,
    sampledFrom: table.sampledFrom,
    columns,
    guess: { task, data },
    problems: table.problems,
    credit,
  };
  let latest: Dataset | null = null;
  return {
    summary,
    items: async (offset, limit) => {
      const rows = table.rows.slice(offset, offset + limit);
      return Promise.all(rows.map((row, i) => latest?.item(offset + i) ?? rawItem(table, row, offset + i, label)));
    },
    prepare: async (experiment, work) => {
      latest = await prepareTable(table, summary, experiment, work);
      return latest;
    },
  };
}

const originOf = (table: RawTable, { file, line }: TableRow): string => `${table.files[file]?.name}, row ${line}`;

function rawItem(table: RawTable, row: TableRow, id: number, label: string | undefined): Item {
  const cells = Object.fromEntries(table.columns.map((name, i) => [name, row.cells[i] ?? ""]));
  return {
    id,
    split: "left-out",
    label: (label !== undefined && cells[label]) || "",
    origin: originOf(table, row),
    input: { modality: "table", cells },
  };
}

async function prepareTable(
  table: RawTable,
  summary: SourceSummary,
  experiment: Experiment,
  work: Work,
): Promise<Dataset> {
  const file = table.files[0]?.name ?? summary.name;
  const { data, task } = experiment;
  const problems = new ProblemList(true);
  const label = columnIndex(table, data.label ?? summary.guess.data.label, "label", file);
  const cellOf = (item: number, column: number): string => table.rows[item]?.cells[column] ?? "";
  const text =
    MODALITY_OF[task] === "text" ? columnIndex(table, data.text ?? summary.guess.data.text, "text", file) : null;
  const usable = (item: number): boolean => {
    const row = table.rows[item] as TableRow;
    const place = { file: table.files[row.file]?.name ?? file, row: row.line };
    if (isMissing(cellOf(item, label))) {
      problems.bad({ ...place, column: table.columns[label] as string, message: "There is no label.", action: "" });
      return false;
    }
    if (text !== null && cellOf(item, text).trim() === "") {
      problems.bad({ ...place, column: table.columns[text] as string, message: "The text is empty.", action: "" });
      return false;
    }
    return true;
  };
  const names = table.rows.map((_, item) => (usable(item) ? cellOf(item, label).trim() : null));
  throwIfCancelled(work);
  const classes = sortClasses(names.filter((name) => name !== null));
  const indexOf = new Map(classes.map((name, i) => [name, i]));
  const labels = Int32Array.from(names, (name) => (name === null ? -1 : (indexOf.get(name) as number)));
  const totals = classes.map((_, c) => labels.reduce((sum, value) => sum + (value === c ? 1 : 0), 0));
  checkClasses(classes, totals, file, table.columns[label] as string);
  warnOfLonely(classes, totals, file, problems);

  const roles = table.rows.map((row) => ROLE_NUMBER[table.files[row.file]?.role ?? "train"]);
  const plan = { ...data.split, labelsPerClass: data.labelsPerClass, seed: experiment.seed };
  const splits = splitItems(labels, roles, classes.length, plan);
  const featureColumns = text === null ? chooseFeatures(table, summary, experiment, label, file) : [];
  const inputs: Inputs =
    text === null
      ? encodeTable(table, featureColumns, splits, experiment)
      : { modality: "text", texts: table.rows.map((_, item) => cellOf(item, text)) };
  const keyOf = (item: number): string =>
    text === null
      ? JSON.stringify(featureColumns.map(({ cell }) => cell(item).trim()))
      : cellOf(item, text).trim().replace(/\s+/g, " ").toLowerCase();
  const hashed = [
    task,
    classes,
    [...labels],
    inputs.modality === "text" ? inputs.texts : contentOf(table, featureColumns),
  ];
  const input: DatasetSummary["input"] =
    inputs.modality === "table"
      ? { modality: "table", columns: featureColumns.map(({ name }) => name), features: [...inputs.encoder.features] }
      : { modality: "text" };
  return {
    classes,
    labels: labels.map((value) => Math.max(0, value)),
    splits,
    inputs,
    summary: {
      task,
      classes: countClasses(classes, labels, splits),
      ...sizes(splits, labels),
      duplicates: findDuplicates(splits, labels, keyOf),
      input,
      sha256: await sha256(JSON.stringify(hashed)),
      problems: problems.warnings(),
    },
    item: itemReader(table, splits, names, text, featureColumns),
  };
}

function columnIndex(table: RawTable, name: string | undefined, what: string, file: string): number {
  const index = name === undefined ? -1 : table.columns.indexOf(name);
  if (index >= 0) return index;
  const all = table.columns.map((column) => `"${column}"`).join(", ");
  return refuse({
    file,
    ...(name === undefined ? {} : { column: name }),
    message: name === undefined ? `No column looks like the ${what}.` : "There is no such column.",
    action: `Choose the ${what} column among ${all}.`,
  });
}

/** The feature columns of a table, with what each is. Text that would be one category a row is left out. */
function chooseFeatures(
  table: RawTable,
  summary: SourceSummary,
  { data }: Experiment,
  label: number,
  file: string,
): FeatureColumn[] {
  const chosen = data.features?.map((name) => columnIndex(table, name, "feature", file));
  const indices = chosen ?? table.columns.flatMap((_, i) => (i === label ? [] : [i]));
  const columns = indices.flatMap((index): FeatureColumn[] => {
    const { name, range, distinct } = summary.columns[index] as SourceSummary["columns"][number];
    const kind = data.kinds?.[name] ?? (range ? "numeric" : "categorical");
    // Identifiers and free text: as many categories as rows say nothing about a new row.
    if (!chosen && kind === "categorical" && distinct > Math.max(20, table.rows.length / 2)) return [];
    return [{ name, kind, cell: (item) => table.rows[item]?.cells[index] ?? "" }];
  });
  if (columns.length === 0)
    refuse({
      file,
      message: "No column is left to learn from.",
      action: "Choose feature columns, or text classification if one column holds sentences.",
    });
  return columns;
}

function encodeTable(table: RawTable, columns: readonly FeatureColumn[], splits: Splits, { data }: Experiment): Inputs {
  const encoder = fitEncoder(columns, splits.train, data.scaling);
  const width = encoder.features.length;
  const values = new Float32Array(table.rows.length * width);
  for (let item = 0; item < table.rows.length; item++)
    encodeInto(encoder, (i) => (columns[i] as FeatureColumn).cell(item), values, item * width);
  return { modality: "table", values, encoder };
}

const contentOf = (table: RawTable, columns: readonly FeatureColumn[]): string[][] =>
  table.rows.map((_, item) => columns.map(({ cell }) => cell(item)));

function splitOf(splits: Splits): Map<number, Split> {
  return new Map(SPLITS.flatMap((split) => Array.from(splits[split], (item) => [item, split] as const)));
}

function countClasses(classes: readonly string[], labels: Int32Array, splits: Splits): DatasetSummary["classes"] {
  const where = splitOf(splits);
  const counts = classes.map((name) => ({ name, train: 0, validation: 0, test: 0, leftOut: 0 }));
  for (const [item, label] of labels.entries()) {
    const count = counts[label];
    if (count) count[where.get(item) ?? "leftOut"] += 1;
  }
  return counts;
}

function sizes({ train, validation, test }: Splits, labels: Int32Array) {
  const used = train.length + validation.length + test.length;
  const labelled = labels.reduce((sum, label) => sum + (label >= 0 ? 1 : 0), 0);
  return { train: train.length, validation: validation.length, test: test.length, leftOut: labelled - used };
}

function itemReader(
  table: RawTable,
  splits: Splits,
  names: readonly (string | null)[],
  text: number | null,
  columns: readonly FeatureColumn[],
): (id: number) => Promise<Item> {
  const where = splitOf(splits);
  return async (id) => {
    const row = table.rows[id];
    if (!row) throw new RangeError(`There is no item ${id}; the last is ${table.rows.length - 1}.`);
    const input: Input =
      text === null
        ? { modality: "table", cells: Object.fromEntries(columns.map(({ name, cell }) => [name, cell(id)])) }
        : { modality: "text", text: row.cells[text] ?? "" };
    return { id, split: where.get(id) ?? "left-out", label: names[id] ?? "", origin: originOf(table, row), input };
  };
}
