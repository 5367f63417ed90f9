import type { ColumnKind, ColumnSummary } from "../../../shared/dataset.ts";
import type { Task } from "../../../shared/task.ts";
import type { RawTable } from "./raw-table.ts";

/** Distinct values are counted up to here. */
const MAX_DISTINCT = 2001;
/** Classes that a label may have at most. */
export const MAX_CLASSES = 1000;
const NUM_EXAMPLES = 3;
const LABEL_NAMES = /^(label|labels|class|classes|target|category|intent|species|digit|sentiment|topic|y|output)$/i;
const TEXT_NAMES = /^(text|sentence|utterance|message|body|content|question|review|title|description|query)$/i;

/** What stands for a missing cell. */
const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "?"]);

/** True where a cell holds nothing. */
export const isMissing = (cell: string | undefined): boolean =>
  cell === undefined || MISSING.has(cell.trim().toLowerCase());

/** The number in a cell, or null where it is none. Spaces around it do not matter. */
export function toNumber(cell: string): number | null {
  const text = cell.trim();
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

interface Facts extends ColumnSummary {
  readonly numeric: boolean;
  readonly meanLength: number;
  readonly meanWords: number;
}

/** What each column holds, and the task and columns that the studio proposes. */
export function describeColumns(table: RawTable): {
  columns: ColumnSummary[];
  task: Task;
  text: string | undefined;
  label: string | undefined;
} {
  const facts = table.columns.map((name, i) => columnFacts(name, i, table));
  const label = guessLabel(facts, table.rows.length);
  const text = guessText(facts, label);
  const columns = facts.map(({ numeric, meanLength: _, meanWords: __, ...summary }) => {
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
  };
}

function columnFacts(name: string, index: number, { rows }: RawTable): Facts {
  const distinct = new Set<string>();
  const examples: string[] = [];
  let missing = 0;
  let numbers = 0;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let length = 0;
  let words = 0;
  for (const { cells } of rows) {
    const cell = cells[index];
    if (cell === undefined || isMissing(cell)) {
      missing += 1;
      continue;
    }
    if (distinct.size < MAX_DISTINCT && !distinct.has(cell)) {
      distinct.add(cell);
      if (examples.length < NUM_EXAMPLES) examples.push(cell.length > 120 ? `${cell.slice(0, 119)}…` : cell);
    }
    length += cell.length;
    words += cell.split(/\s+/).length;
    const value = toNumber(cell);
    if (value === null) continue;
    numbers += 1;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const present = rows.length - missing;
  const numeric = present > 0 && numbers === present;
  return {
    name,
    kind: "categorical",
    missing,
    distinct: distinct.size,
    examples,
    range: numeric ? { min, max, mean: sum / numbers } : null,
    numeric,
    meanLength: length / Math.max(1, present),
    meanWords: words / Math.max(1, present),
  };
}

/** A column with a telling name, else the last one with few distinct values, else the first such. */
function guessLabel(facts: readonly Facts[], rows: number): Facts | undefined {
  const most = Math.min(MAX_CLASSES, Math.max(2, rows / 2));
  const few = facts.filter(({ distinct }) => distinct >= 2 && distinct <= most);
  const plain = few.filter(({ numeric, range, distinct }) => !numeric || (isWhole(range) && distinct <= 50));
  return few.find(({ name }) => LABEL_NAMES.test(name.trim())) ?? lastCategorical(plain, facts);
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
