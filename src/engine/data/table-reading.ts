import type { ColumnSummary, Input, SourceSummary } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import { MODALITY_OF } from "../../shared/task.ts";
import type { Work } from "./dataset.ts";
import { inPieces } from "./in-pieces.ts";
import { type ProblemList, refuse } from "./problems.ts";
import { isFreeText, isMissing, toNumber } from "./tables/columns.ts";
import type { FeatureColumn } from "./tables/encode-table.ts";
import type { RawTable } from "./tables/raw-table.ts";
import type { RowFault } from "./tables/rows.ts";

/** How an experiment reads the rows of a table: as one text each, or as feature columns. */
export interface Reading {
  /** Names of the columns that are read. */
  readonly columns: readonly string[];
  /** Null for text. */
  readonly features: readonly FeatureColumn[] | null;
  /** The cells of a row that are read, in the order of `columns`. */
  cells(item: number): readonly string[];
  /** What is wrong with a row, or null. */
  faultOf(item: number): RowFault | null;
  input(item: number): Input;
}

/** @throws DataError where a column is missing from the table or from the file that needs it, or none is left; CancelledError */
export async function readingOf(
  table: RawTable,
  summary: SourceSummary,
  experiment: Experiment,
  label: number,
  file: string,
  problems: ProblemList,
  work: Work,
): Promise<Reading> {
  const { data, task } = experiment;
  const modality = MODALITY_OF[task];
  if (modality === "image")
    refuse({ file, message: "This is a table, not images.", action: "Choose text or tabular classification." });
  if (modality === "text") {
    const text = columnIndex(table, data.text ?? summary.guess.data.text, "text", file);
    if (text === label)
      refuse({
        file,
        column: table.columns[text] as string,
        message: "Text and label are the same column.",
        action: "Choose two columns.",
      });
    return readText(table, text);
  }
  const chosen = chooseFeatures(table, summary, experiment, label, file, problems);
  return readFeatures(await parseNumbers(chosen, table.rows.length, work));
}

/** The index of a column, or a DataError that lists what there is to choose from. */
export function columnIndex(table: RawTable, name: string | undefined, what: string, file: string): number {
  const index = name === undefined ? -1 : table.columns.indexOf(name);
  if (index >= 0) return index;
  const all = table.columns.slice(0, 20).map((column) => `"${column}"`);
  const more = table.columns.length > all.length ? ` and ${table.columns.length - all.length} more` : "";
  return refuse({
    file,
    ...(name === undefined ? {} : { column: name }),
    message: name === undefined ? `No column looks like the ${what}.` : "There is no such column.",
    action: `Choose the ${what} column among ${all.join(", ")}${more}.`,
  });
}

function readText(table: RawTable, column: number): Reading {
  const name = table.columns[column] as string;
  const cell = (item: number): string => table.rows[item]?.cells[column] ?? "";
  const empty = { column: name, message: "The text is empty.", action: "Fill it in, or leave the row out." };
  return {
    columns: [name],
    features: null,
    cells: (item) => [cell(item)],
    faultOf: (item) => (cell(item).trim() === "" ? empty : null),
    input: (item) => ({ modality: "text", text: cell(item) }),
  };
}

function readFeatures(features: readonly FeatureColumn[]): Reading {
  const columns = features.map(({ name }) => name);
  return {
    columns,
    features,
    cells: (item) => features.map(({ cell }) => cell(item)),
    faultOf: (item) => {
      for (const column of features) {
        if (column.kind !== "numeric" || !Number.isNaN(column.numbers[item])) continue;
        const value = column.cell(item);
        if (isMissing(value)) continue;
        const action = "Write a number such as 3.5, empty the cell, leave the row out, or make the column categorical.";
        return { column: column.name, message: `"${value.slice(0, 40)}" is not a usable number.`, action };
      }
      return null;
    },
    input: (item) => ({
      modality: "table",
      cells: Object.fromEntries(features.map(({ name, cell }) => [name, cell(item)])),
    }),
  };
}

type ChosenColumn = Pick<FeatureColumn, "name" | "kind" | "cell">;

/** The columns with their numbers, which are read off the cells once for all that needs them. */
async function parseNumbers(columns: readonly ChosenColumn[], count: number, work: Work): Promise<FeatureColumn[]> {
  const parsed: FeatureColumn[] = [];
  for (const [i, { name, kind, cell }] of columns.entries()) {
    if (kind === "categorical") {
      parsed.push({ name, kind, cell });
      continue;
    }
    work.progress("Reading numbers", i, columns.length);
    const numbers = new Float64Array(count);
    await inPieces(count, work, (from, to) => {
      for (let row = from; row < to; row++) {
        const value = cell(row);
        numbers[row] = isMissing(value) ? NaN : (toNumber(value) ?? NaN);
      }
    });
    parsed.push({ name, kind, cell, numbers });
  }
  return parsed;
}

const kindOf = ({ kind, range }: ColumnSummary): "numeric" | "categorical" =>
  kind === "numeric" || range !== null ? "numeric" : "categorical";

function chooseFeatures(
  table: RawTable,
  summary: SourceSummary,
  { data }: Experiment,
  label: number,
  file: string,
  problems: ProblemList,
): ChosenColumn[] {
  const chosen = data.features?.map((name) => columnIndex(table, name, "feature", file));
  const indices = chosen ?? table.columns.flatMap((_, i) => (i === label ? [] : [i]));
  const features = indices.flatMap((index): ChosenColumn[] => {
    const column = summary.columns[index] as ColumnSummary;
    const { name } = column;
    if (index === label) return leftOut(name, "The label cannot be a feature.");
    if (!chosen && !table.columnsOf[0]?.includes(name)) return leftOut(name, "Only held-out files have this column.");
    if (column.missing === table.rows.length) return leftOut(name, "The column is empty.");
    const set = data.kinds && Object.hasOwn(data.kinds, name) ? data.kinds[name] : undefined;
    const kind = set ?? kindOf(column);
    if (kind === "numeric" && column.range === null) checkMostlyNumbers(table, index, file);
    if (!chosen && kind === "categorical" && isFreeText(column, table.rows.length))
      return leftOut(
        name,
        "Nearly every row has a value of its own here, which says nothing about new rows; list it in data.features to use it all the same.",
      );
    return [{ name, kind, cell: (item) => table.rows[item]?.cells[index] ?? "" }];
  });
  function leftOut(column: string, message: string): [] {
    problems.warn({ file, column, message, action: "It is not used." });
    return [];
  }
  if (features.length === 0)
    refuse({
      file,
      message: "No column is left to learn from.",
      action: "Choose feature columns, or text classification if one column holds sentences.",
    });
  return features;
}

/** A column of words that is said to be numeric is a wrong choice, not many wrong cells. */
function checkMostlyNumbers(table: RawTable, index: number, file: string): void {
  const cells = table.rows.map((row) => row.cells[index] ?? "").filter((cell) => !isMissing(cell));
  const wrong = cells.filter((cell) => toNumber(cell) === null);
  if (wrong.length * 2 <= cells.length) return;
  refuse({
    file,
    column: table.columns[index] as string,
    message: `${wrong.length} of ${cells.length} values are not numbers, such as "${wrong[0]?.slice(0, 40)}".`,
    action: "Make the column categorical, or leave it out.",
  });
}

/** @throws DataError naming the file and column where a file lacks a column that is read */
export function checkColumns(table: RawTable, names: readonly string[]): void {
  for (const [i, { name: file }] of table.files.entries())
    for (const column of names) {
      if (table.columnsOf[i]?.includes(column)) continue;
      refuse({
        file,
        column,
        message: `The other files have this column, this one does not.`,
        action: "Add it to this file, choose other columns, or open the others alone.",
      });
    }
}
