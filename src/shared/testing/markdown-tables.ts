/** A table of a Markdown text: its cells as a reader sees them, the header first. */
export type MarkdownTable = string[][];

const DELIMITER = /^\|( :?-+:? \|)+$/;

/**
 * Reads tables as GitHub's Markdown does (GFM 0.29, section 4.10): a pipe ends a cell unless a backslash escapes it, and
 * every row has as many cells as the header. Escapes are taken back, so that cells read as they are shown.
 * @throws Error where a row has another number of cells, or the line after a header is no delimiter
 */
export function markdownTables(markdown: string): MarkdownTable[] {
  const groups = markdown.split(/\n(?!\|)/).flatMap((part) => {
    const lines = part.split("\n").filter((line) => line.startsWith("|"));
    return lines.length > 0 ? [lines] : [];
  });
  return groups.map(([header = "", delimiter = "", ...rows]) => {
    if (!DELIMITER.test(delimiter)) throw new Error(`No delimiter row: ${delimiter}`);
    const cells = [header, ...rows].map(cellsOf);
    const width = cellsOf(delimiter).length;
    for (const row of cells) if (row.length !== width) throw new Error(`${row.length} cells, not ${width}: ${row}`);
    return cells;
  });
}

function cellsOf(line: string): string[] {
  const cells = [...line.matchAll(/((?:\\.|[^|\\])*)\|/gs)].map(([, cell]) => cell as string);
  // What stands before the first pipe is no cell.
  return cells.slice(1).map((cell) => cell.trim().replace(/\\([!-/:-@[-`{-~])/g, "$1"));
}
