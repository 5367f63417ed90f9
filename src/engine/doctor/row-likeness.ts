import type { Input } from "../../shared/dataset.ts";
import { isMissing, toNumber } from "../data/tables/columns.ts";
import type { Likeness } from "./likeness.ts";

/** Significant figures that are compared. */
const FIGURES = 6;

/**
 * Rows of a table compared cell by cell: words without case and outer spaces, numbers to six figures.
 * @param isBlank rows that are not compared
 */
export const rowLikeness = (rows: readonly Input[], isBlank: (item: number) => boolean): Likeness => ({
  threshold: 1,
  content: (item) => (isBlank(item) ? null : JSON.stringify(cellsOf(rows[item]).map(written))),
  buckets: () => [],
  estimate: () => 0,
  similarity: () => 0,
});

export const cellsOf = (input: Input | undefined): readonly string[] =>
  input?.modality === "table" ? Object.values(input.cells) : [];

function written(cell: string): string | number {
  if (isMissing(cell)) return "";
  const number = toNumber(cell);
  return number === null ? cell.trim().toLowerCase() : Number(number.toPrecision(FIGURES));
}
