import type { SCALINGS } from "../../../shared/experiment.ts";
import { DataError } from "../../errors.ts";
import type { ColumnEncoding, TableEncoder } from "../dataset.ts";
import { isMissing, toNumber } from "./columns.ts";

/** A column to be encoded: its name, what it is, and its cells by row. */
export interface FeatureColumn {
  readonly name: string;
  readonly kind: "numeric" | "categorical";
  cell(row: number): string;
}

/** Categories of one column at most; rarer ones are encoded as zeros. */
const MAX_CATEGORIES = 200;

/**
 * Fits the encoding on training rows alone. Numbers: (x - shift) / scale with the training mean and deviation
 * (`standard`), minimum and range (`range`), or as they are (`none`); a missing one is the training mean, with a flag
 * feature where training has missing ones. Categories: one feature each for those seen in training.
 */
export function fitEncoder(
  columns: readonly FeatureColumn[],
  trainRows: ArrayLike<number>,
  scaling: (typeof SCALINGS)[number],
): TableEncoder {
  const encodings = columns.map((column) => fitColumn(column, trainRows, scaling));
  const encoder = { columns: encodings, features: encodings.flatMap(featureNames), stdDevs: [] as number[] };
  return { ...encoder, stdDevs: featureDeviations(encoder, columns, trainRows) };
}

function fitColumn(
  { name, kind, cell }: FeatureColumn,
  rows: ArrayLike<number>,
  scaling: (typeof SCALINGS)[number],
): ColumnEncoding {
  const present: string[] = [];
  for (let i = 0; i < rows.length; i++) {
    const value = cell(rows[i] as number);
    if (!isMissing(value)) present.push(value);
  }
  if (kind === "categorical") {
    const counts = new Map<string, number>();
    for (const value of present) counts.set(value.trim(), (counts.get(value.trim()) ?? 0) + 1);
    const frequent = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_CATEGORIES);
    return { name, kind, categories: frequent.map(([category]) => category).sort() };
  }
  const numbers = present.flatMap((value) => toNumber(value) ?? []);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / Math.max(1, numbers.length);
  const deviation = Math.sqrt(
    numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, numbers.length),
  );
  const least = numbers.reduce((a, b) => Math.min(a, b), numbers[0] ?? 0);
  const most = numbers.reduce((a, b) => Math.max(a, b), numbers[0] ?? 0);
  const [shift, scale] = { standard: [mean, deviation], range: [least, most - least], none: [0, 1] }[scaling] as [
    number,
    number,
  ];
  // A constant column carries nothing: it becomes 0 in training and stays close to it elsewhere.
  return { name, kind, shift, scale: scale || 1, fill: mean, missingFlag: present.length < rows.length };
}

function featureNames(encoding: ColumnEncoding): string[] {
  if (encoding.kind === "categorical") return encoding.categories.map((category) => `${encoding.name} = ${category}`);
  return encoding.missingFlag ? [encoding.name, `${encoding.name} is missing`] : [encoding.name];
}

function featureDeviations(
  encoder: TableEncoder,
  columns: readonly FeatureColumn[],
  rows: ArrayLike<number>,
): number[] {
  const width = encoder.features.length;
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  const values = new Float32Array(width);
  for (let i = 0; i < rows.length; i++) {
    encodeInto(encoder, (column) => (columns[column] as FeatureColumn).cell(rows[i] as number), values, 0);
    for (let j = 0; j < width; j++) {
      const value = values[j] as number;
      sums[j] = (sums[j] as number) + value;
      squares[j] = (squares[j] as number) + value * value;
    }
  }
  const count = Math.max(1, rows.length);
  return Array.from(sums, (sum, j) => Math.sqrt(Math.max(0, (squares[j] as number) / count - (sum / count) ** 2)));
}

/** Encodes one row of cells into `out` at `offset`. Text where a number should be becomes the column's fill. */
export function encodeInto(
  { columns }: TableEncoder,
  cellOf: (column: number) => string,
  out: Float32Array,
  offset: number,
): void {
  let at = offset;
  for (const [i, encoding] of columns.entries()) {
    const cell = cellOf(i);
    const missing = isMissing(cell);
    if (encoding.kind === "categorical") {
      const trimmed = cell.trim();
      for (const category of encoding.categories) out[at++] = !missing && category === trimmed ? 1 : 0;
      continue;
    }
    const value = missing ? null : toNumber(cell);
    out[at++] = ((value ?? encoding.fill) - encoding.shift) / encoding.scale;
    if (encoding.missingFlag) out[at++] = value === null ? 1 : 0;
  }
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
  const values = new Float32Array(encoder.features.length);
  encodeInto(encoder, (i) => cellNamed(cells, encoder.columns[i]?.name ?? ""), values, 0);
  return values;
}

/** Columns may be called "constructor" or the like. */
const cellNamed = (cells: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(cells, name) ? (cells[name] as string) : "";
