/**
 * Characters to which CommonMark, its tables, HTML or a dialect's formulas give a meaning; an underscore within a word
 * has none (CommonMark 0.31, section 6.2).
 */
const MEANINGFUL = /[\\`*[\]<>#|~$&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/**
 * A text of somebody's own, such as a class or a file name, so that Markdown shows it as it is: on one line, with every
 * character that would mean something escaped. It fits a table's cell as well as a sentence.
 */
export function verbatim(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  // A list or a heading can only begin a line.
  return line.replace(MEANINGFUL, "\\$&").replace(/^[-+=]/, "\\$&") || "(empty)";
}

/** A column of a table: its heading, and whether it holds figures, which stand to the right. */
export interface Column {
  readonly title: string;
  readonly figures?: boolean;
}

/** A table as GitHub's Markdown has it. Titles and cells are Markdown already; {@link verbatim} makes it of other texts. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ figures }) => (figures ? "---:" : "---"))),
    ...rows.map(line),
  ].join("\n");
}

/** A block of code, its fence longer than any run of backticks in it. */
export function codeBlock(code: string, language = ""): string {
  const longest = Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${code.replace(/\n$/, "")}\n${fence}`;
}

export const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join("\n");

/** Blocks with an empty line between them; null blocks are left out. */
export const blocks = (...parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== "").join("\n\n");
