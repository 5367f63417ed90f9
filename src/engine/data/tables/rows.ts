/** What is wrong with one row, said without its place. */
export interface RowFault {
  readonly message: string;
  readonly action: string;
  readonly column?: string;
}

/** One row as it stands in a file. */
export interface RawRow {
  /** One cell a column; fewer where later rows added columns. Empty where a cell is missing. */
  readonly cells: readonly string[];
  /** Line of its first character, from 1. */
  readonly line: number;
  /** Set where the row cannot be used. */
  readonly fault?: RowFault;
}

/** Rows of a table file as they are read. */
export interface RowReader {
  /** Column names; complete once every batch was read. */
  readonly columns: readonly string[];
  /** Things to know about the file as a whole. */
  readonly warnings: readonly RowFault[];
  batches(): AsyncGenerator<RawRow[]>;
}

/** The longest row, in characters, that is still taken for one. */
export const MAX_ROW_CHARS = 1 << 24;
