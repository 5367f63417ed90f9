import type { ColumnKind, ColumnSummary, DataProblem } from "../../../shared/dataset.ts";
import type { Task } from "../../../shared/task.ts";
import type { Work } from "../dataset.ts";
import { inPieces } from "../in-pieces.ts";
import type { RawTable } from "./raw-table.ts";

/** Distinct values are counted up to here. */
export const MAX_DISTINCT = 2001;
/** Classes that a label may have at most. */
export const MAX_CLASSES = 1000;
const NUM_EXAMPLES = 3;
const LABEL_NAMES = /^(label|labels|class|classes|target|category|intent|species|digit|sentiment|topic|y|output)$/i;
const TEXT_NAMES = /^(text|sentence|utterance|message|body|content|question|review|title|description|query)$/i;

/** What stands for a missing cell. */
const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "?"]);

/** True where a cell holds nothing. */
export function isMissing(cell: string | undefined): boolean {
  if (cell === undefined) return true;
  // Most cells are numbers, and no mark of a missing one begins with a digit.
  const first = cell.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return false;
  return MISSING.has(cell.trim().toLowerCase());
}

/** Larger numbers overflow when they are squared in 32 bits. */
const MAX_NUMBER = 1e18;

const POINT = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
/** `1,5`, `0,125`, `1.234,5`; but not `1,234`, which some read as a thousand and others as one and a bit. */
const COMMA = /^[-+]?(?:0,\d+|\d+,(?!\d{3}$)\d+|\d{1,3}(?:\.\d{3})+,\d+)$/;

/**
 * The number in a cell, with a point or a comma before its fraction; null where it is none, or too large to compute
 * with. Spaces around it do not matter.
 */
export function toNumber(cell: string): number | null {
  const text = cell.trim();
  if (!POINT.test(text) && !COMMA.test(text)) return null;
  const value = Number(POINT.test(text) ? text : text.replaceAll(".", "").replace(",", "."));
  return Math.abs(value) <= MAX_NUMBER ? value : null;
}

/** A column is numeric where at least this share of its values are numbers; the others are then told as faults. */
const NUMERIC_SHARE = 0.95;

interface Facts extends ColumnSummary {
  readonly numeric: boolean;
  /** Whole numbers that grow from row to row: a running number or an identifier. */
  readonly running: boolean;
  readonly meanLength: number;
  readonly meanWords: number;
}

/** What each column holds, and the task and columns that the studio proposes. @throws CancelledError */
export async function describeColumns(
  table: RawTable,
  work: Work,
): Promise<{
  columns: ColumnSummary[];
  task: Task;
  text: string | undefined;
  label: string | undefined;
  /** Columns worth learning from; undefined where that is every column but the label. */
  features: string[] | undefined;
  problems: DataProblem[];
}> {
  const facts: Facts[] = [];
  for (const [i, name] of table.columns.entries()) facts.push(await columnFacts(name, i, table, work));
  const label = guessLabel(facts, table.rows.length);
  const text = guessText(facts, label);
  const columns = facts.map(({ numeric, running: _, meanLength: __, meanWords: ___, ...summary }) => {
    const kind: ColumnKind =
      summary.name === label?.name
        ? "label"
        : summary.name === text?.name
          ? "text"
          : numeric
            ? "numeric"
            : "categorical";
    return { ...summary, kind };
  });
  return {
    columns,
    task: text ? "text-classification" : "tabular-classification",
    text: text?.name,
    label: label?.name,
    features: text ? undefined : guessFeatures(facts, label, table),
    problems: label ? [] : [noLabel(table)],
  };
}

/** As many categories as rows say nothing about a new row: identifiers, names, free text. */
export const isFreeText = ({ distinct, range }: ColumnSummary, rows: number): boolean =>
  range === null && (distinct >= MAX_DISTINCT || distinct > Math.max(20, rows / 2));

function guessFeatures(
  facts: readonly Facts[],
  label: Facts | undefined,
  { rows, columnsOf }: RawTable,
): string[] | undefined {
  const others = facts.filter((column) => column !== label);
  const useful = others.filter(
    (column) =>
      columnsOf[0]?.includes(column.name) &&
      column.distinct > 0 &&
      !column.running &&
      (column.numeric || !isFreeText(column, rows.length)),
  );
  return useful.length === 0 || useful.length === others.length ? undefined : useful.map(({ name }) => name);
}

function noLabel({ files }: RawTable): DataProblem {
  return {
    severity: "warning",
    file: files[0]?.name ?? "",
    message: "No column looks like the label.",
    action: "Choose the column that is to be predicted; it needs at least two values, each in several rows.",
  };
}

async function columnFacts(name: string, index: number, { rows }: RawTable, work: Work): Promise<Facts> {
  const distinct = new Set<string>();
  const examples: string[] = [];
  let missing = 0;
  let length = 0;
  let words = 0;
  const numbers = new NumberFacts();
  const look = (cell: string | undefined): void => {
    if (cell === undefined || isMissing(cell)) {
      missing += 1;
      return;
    }
    if (distinct.size < MAX_DISTINCT && !distinct.has(cell)) {
      distinct.add(cell);
      if (examples.length < NUM_EXAMPLES) examples.push(cell.length > 120 ? `${cell.slice(0, 119)}…` : cell);
    }
    length += cell.length;
    const value = toNumber(cell);
    if (value === null) words += countWords(cell);
    else numbers.add(value);
  };
  await inPieces(rows.length, work, (from, to) => {
    for (let row = from; row < to; row++) look(rows[row]?.cells[index]);
  });
  const present = rows.length - missing;
  const needed = present < 20 ? present : present * NUMERIC_SHARE;
  return {
    name,
    kind: "categorical",
    missing,
    distinct: distinct.size,
    examples,
    range: present > 0 && numbers.count === present ? numbers.range() : null,
    numeric: present > 0 && numbers.count >= needed,
    running: missing === 0 && numbers.count === present && isRunning(name, numbers),
    meanLength: length / Math.max(1, present),
    meanWords: (words + numbers.count) / Math.max(1, present),
  };
}

function countWords(cell: string): number {
  let words = 1;
  for (let at = cell.indexOf(" "); at >= 0; at = cell.indexOf(" ", at + 1)) words += 1;
  return words;
}

/** What can be said of numbers in the order of their rows. */
class NumberFacts {
  count = 0;
  #min = Infinity;
  #max = -Infinity;
  #sum = 0;
  #last = -Infinity;
  /** Whole, and each larger than the one before. */
  growing = true;

  add(value: number): void {
    this.count += 1;
    this.#sum += value;
    if (value <= this.#last || !Number.isInteger(value)) this.growing = false;
    this.#last = value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  range(): { min: number; max: number; mean: number } {
    return { min: this.#min, max: this.#max, mean: this.#sum / this.count };
  }
}

/** A growing measure may well be worth learning from; a running number has no gaps, or is called one. */
function isRunning(name: string, numbers: NumberFacts): boolean {
  if (!numbers.growing || numbers.count < 10) return false;
  const { min, max } = numbers.range();
  return (
    max - min + 1 === numbers.count || /^(row|index|id|no\.?|nr\.?|unnamed.*|column 1)$|[_ ]id$/i.test(name.trim())
  );
}

/** A column with a telling name, else the last one with few distinct values, else the first such. */
function guessLabel(facts: readonly Facts[], rows: number): Facts | undefined {
  const most = Math.min(MAX_CLASSES, Math.max(2, rows / 2));
  const few = facts.filter(({ distinct }) => distinct >= 2 && distinct <= most);
  const plain = few.filter(({ numeric, range, distinct }) => !numeric || (isWhole(range) && distinct <= 50));
  // A telling name is believed even where its values are too many: preparing says so then.
  const named = facts.filter(({ name, distinct }) => LABEL_NAMES.test(name.trim()) && distinct >= 2);
  return few.find((column) => named.includes(column)) ?? named[0] ?? lastCategorical(plain, facts);
}

const isWhole = (range: ColumnSummary["range"]): boolean =>
  range !== null && Number.isInteger(range.min) && Number.isInteger(range.max);

function lastCategorical(plain: readonly Facts[], facts: readonly Facts[]): Facts | undefined {
  const last = plain.find(({ name }) => name === facts.at(-1)?.name);
  return last ?? plain.filter(({ numeric }) => !numeric).at(0) ?? plain.at(-1);
}

/** The column that reads like sentences. */
function guessText(facts: readonly Facts[], label: Facts | undefined): Facts | undefined {
  const free = facts.filter((column) => column !== label && !column.numeric && column.distinct > 1);
  const named = free.find(({ name, meanWords }) => TEXT_NAMES.test(name.trim()) && meanWords > 1);
  if (named) return named;
  const wordy = free.filter(({ meanWords, meanLength }) => meanWords >= 3 && meanLength >= 12);
  return wordy.sort((a, b) => b.meanLength - a.meanLength)[0];
}
