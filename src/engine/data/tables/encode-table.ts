import type { SCALINGS } from "../../../shared/experiment.ts";
import { DataError } from "../../errors.ts";
import type { ColumnEncoding, TableEncoder, Work } from "../dataset.ts";
import { letMessagesIn } from "../in-pieces.ts";
import { isMissing, toNumber } from "./columns.ts";

/** A column to be encoded: its name, what it is, and what it holds by row. */
export type FeatureColumn =
  /** Numbers are NaN where a cell is missing, or no number. */
  | { readonly name: string; readonly kind: "numeric"; readonly numbers: Float64Array; cell(row: number): string }
  | { readonly name: string; readonly kind: "categorical"; cell(row: number): string };

/** Categories of one column at most; rarer ones are encoded as zeros. */
const MAX_CATEGORIES = 200;

/**
 * Fits the encoding on training rows alone and encodes all rows, [rows, features]. Numbers: (x - shift) / scale with
 * the training mean and deviation (`standard`), minimum and range (`range`), or as they are (`none`); a missing one is
 * the training mean, with a flag feature where training has missing ones. Categories: one feature each for those seen
 * in training.
 * @throws CancelledError
 */
export async function encodeTable(
  columns: readonly FeatureColumn[],
  count: number,
  trainRows: Int32Array,
  scaling: (typeof SCALINGS)[number],
  work: Work,
): Promise<{ encoder: TableEncoder; values: Float32Array }> {
  const encodings: ColumnEncoding[] = [];
  for (const column of columns) {
    await letMessagesIn(work);
    encodings.push(fitColumn(column, trainRows, scaling));
  }
  const features = encodings.flatMap(featureNames);
  const values = new Float32Array(count * features.length);
  let at = 0;
  for (const [i, encoding] of encodings.entries()) {
    await letMessagesIn(work);
    fillColumn(encoding, columns[i] as FeatureColumn, { values, width: features.length, at });
    at += featureNames(encoding).length;
  }
  await letMessagesIn(work);
  const stdDevs = deviations(values, features.length, trainRows);
  return { encoder: { columns: encodings, features, stdDevs }, values };
}

function fitColumn(column: FeatureColumn, rows: Int32Array, scaling: (typeof SCALINGS)[number]): ColumnEncoding {
  const { name } = column;
  if (column.kind === "categorical") return { name, kind: "categorical", categories: frequentCategories(column, rows) };
  const numbers = new Float64Array(rows.length);
  let count = 0;
  let sum = 0;
  let least = Infinity;
  let most = -Infinity;
  for (const row of rows) {
    const value = column.numbers[row] as number;
    if (Number.isNaN(value)) continue;
    numbers[count++] = value;
    sum += value;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const mean = sum / Math.max(1, count);
  const squares = numbers.subarray(0, count).reduce((total, value) => total + (value - mean) ** 2, 0);
  const [shift, scale] = {
    standard: [mean, Math.sqrt(squares / Math.max(1, count))],
    range: count > 0 ? [least, most - least] : [0, 0],
    none: [0, 1],
  }[scaling] as [number, number];
  return { name, kind: "numeric", shift, scale, fill: mean, missingFlag: count < rows.length };
}

function frequentCategories({ cell }: FeatureColumn, rows: Int32Array): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = cell(row);
    if (!isMissing(value)) counts.set(value.trim(), (counts.get(value.trim()) ?? 0) + 1);
  }
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_CATEGORIES);
  return frequent.map(([category]) => category).sort();
}

/**
 * (x - shift) / scale; 0 for a column that is constant in training: no weight has learnt what another value means, so
 * none may let one in.
 */
export const encodeNumber = ({ shift, scale }: { shift: number; scale: number }, x: number): number =>
  scale === 0 ? 0 : (x - shift) / scale;

/** Names of the features that a column becomes, in order. */
export function featureNames(encoding: ColumnEncoding): string[] {
  if (encoding.kind === "categorical") return encoding.categories.map((category) => `${encoding.name} = ${category}`);
  return encoding.missingFlag ? [encoding.name, `${encoding.name} is missing`] : [encoding.name];
}

/** Number of the column that each encoded feature comes from: [features]. */
export const columnOfFeatures = ({ columns }: TableEncoder): Int32Array =>
  Int32Array.from(columns.flatMap((encoding, column) => featureNames(encoding).map(() => column)));

/** Where a column's features go: rows of `width` values, its own from `at` on. */
interface Place {
  readonly values: Float32Array;
  readonly width: number;
  readonly at: number;
}

/** Encodes every row of one column. Text where a number should be becomes the column's fill. */
function fillColumn(encoding: ColumnEncoding, column: FeatureColumn, { values, width, at }: Place): void {
  const count = values.length / width;
  if (encoding.kind === "categorical") {
    const places = new Map(encoding.categories.map((category, i) => [category, i]));
    for (let row = 0; row < count; row++) {
      const cell = column.cell(row);
      const place = isMissing(cell) ? undefined : places.get(cell.trim());
      if (place !== undefined) values[row * width + at + place] = 1;
    }
    return;
  }
  const { fill, missingFlag } = encoding;
  const { numbers } = column as Extract<FeatureColumn, { kind: "numeric" }>;
  for (let row = 0; row < count; row++) {
    const value = numbers[row] as number;
    const missing = Number.isNaN(value);
    values[row * width + at] = encodeNumber(encoding, missing ? fill : value);
    if (missingFlag && missing) values[row * width + at + 1] = 1;
  }
}

/** Standard deviation of each feature over the given rows. */
function deviations(values: Float32Array, width: number, rows: Int32Array): number[] {
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  for (const row of rows) {
    for (let j = 0; j < width; j++) {
      const value = values[row * width + j] as number;
      sums[j] = (sums[j] as number) + value;
      squares[j] = (squares[j] as number) + value * value;
    }
  }
  const count = Math.max(1, rows.length);
  return Array.from(sums, (sum, j) => Math.sqrt(Math.max(0, (squares[j] as number) / count - (sum / count) ** 2)));
}

/**
 * Encodes a new row, as training rows were.
 * @throws DataError naming the column where a number is no number
 */
export function encodeRow(encoder: TableEncoder, cells: Readonly<Record<string, string>>): Float32Array {
  const problems = encoder.columns.flatMap((encoding) => {
    const cell = cellNamed(cells, encoding.name);
    if (encoding.kind === "categorical" || isMissing(cell) || toNumber(cell) !== null) return [];
    const message = `"${cell}" is no number.`;
    const action = "Write a number such as 3.5, or leave it empty.";
    return [{ severity: "error", file: "the row", column: encoding.name, message, action } as const];
  });
  if (problems.length > 0) throw new DataError(problems);
  const width = encoder.features.length;
  const values = new Float32Array(width);
  let at = 0;
  for (const encoding of encoder.columns) {
    const cell = cellNamed(cells, encoding.name);
    const number = isMissing(cell) ? null : toNumber(cell);
    const column = {
      name: encoding.name,
      kind: encoding.kind,
      numbers: Float64Array.of(number ?? NaN),
      cell: () => cell,
    };
    fillColumn(encoding, column, { values, width, at });
    at += featureNames(encoding).length;
  }
  return values;
}

/** Columns may be called "constructor" or the like. */
const cellNamed = (cells: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(cells, name) ? (cells[name] as string) : "";
