import type { BoundaryAxis } from "../../shared/method-calls.ts";
import type { ColumnEncoding, TableEncoder, TableInputs } from "../data/dataset.ts";
import { encodeNumber, featureNames } from "../data/tables/encode-table.ts";

/** Room left beyond the outermost training items, as a share of their range. */
const MARGIN = 0.05;

/** A column with the place of its first feature. */
interface Placed {
  readonly encoding: ColumnEncoding;
  readonly at: number;
}

/** A numeric column as one axis of a plane: encoded = (value - shift) / scale. */
export interface PlaneAxis extends BoundaryAxis {
  readonly feature: number;
  readonly shift: number;
  readonly scale: number;
  /** The feature that says that the value is missing; null where there is none. */
  readonly flag: number | null;
}

function placed({ columns }: TableEncoder): Placed[] {
  let at = 0;
  return columns.map((encoding) => {
    const here = { encoding, at };
    at += featureNames(encoding).length;
    return here;
  });
}

/** The axis of a column over its range in the given items. @throws Error where the column is no number */
export function planeAxis({ values, encoder }: TableInputs, column: string, items: Int32Array): PlaneAxis {
  const found = placed(encoder).find(({ encoding }) => encoding.name === column);
  if (found?.encoding.kind !== "numeric")
    throw new Error(`"${column}" is no numeric column of this table; choose one that is.`);
  const { shift, scale, missingFlag } = found.encoding;
  const axis = { column, feature: found.at, shift, scale, flag: missingFlag ? found.at + 1 : null, min: 0, max: 0 };
  const width = encoder.features.length;
  let least = Infinity;
  let most = -Infinity;
  for (const item of items) {
    const row = values.subarray(item * width, (item + 1) * width);
    if (isMissingIn(row, axis)) continue;
    const value = inUnits(row, axis);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least > most) throw new Error(`"${column}" has no value in any training item.`);
  const margin = MARGIN * (most - least) || 1;
  return { ...axis, min: least - margin, max: most + margin };
}

export const isMissingIn = (row: Float32Array, { flag }: PlaneAxis): boolean => flag !== null && row[flag] === 1;

/** The value of an encoded row on an axis, in the data's own units. */
export const inUnits = (row: ArrayLike<number>, { feature, shift, scale }: PlaneAxis): number =>
  (row[feature] as number) * scale + shift;

/** Puts a value in the data's own units into an encoded row. */
export function place(row: Float32Array, axis: PlaneAxis, value: number): void {
  row[axis.feature] = encodeNumber(axis, value);
  if (axis.flag !== null) row[axis.flag] = 0;
}

/** The typical row of the items: the median of each number that is not missing, the most frequent category. */
export function typicalRow({ values, encoder }: TableInputs, items: Int32Array): Float32Array {
  const width = encoder.features.length;
  const row = new Float32Array(width);
  for (const { encoding, at } of placed(encoder)) {
    if (encoding.kind === "numeric") {
      const present = [...items].filter((item) => !encoding.missingFlag || values[item * width + at + 1] === 0);
      row[at] = median(present.map((item) => values[item * width + at] as number));
      continue;
    }
    const counts = encoding.categories.map((_, c) =>
      items.reduce((sum, item) => sum + (values[item * width + at + c] as number), 0),
    );
    if (counts.length > 0) row[at + counts.indexOf(Math.max(...counts))] = 1;
  }
  return row;
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** What the other columns of a row are held at, in words. */
export function heldWords(encoder: TableEncoder, row: Float32Array, besides: readonly string[]) {
  return placed(encoder)
    .filter(({ encoding }) => !besides.includes(encoding.name))
    .map(({ encoding, at }) => ({ column: encoding.name, value: cellWords(encoding, row, at) }));
}

function cellWords(encoding: ColumnEncoding, row: Float32Array, at: number): string {
  if (encoding.kind === "categorical")
    return encoding.categories.find((_, c) => row[at + c] === 1) ?? "none of the known ones";
  if (encoding.missingFlag && row[at + 1] === 1) return "missing";
  return String(Number(((row[at] as number) * encoding.scale + encoding.shift).toPrecision(4)));
}
