import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import type { FieldValue, RunField } from "./fields.ts";
import { type RunGroup, summarize } from "./groups.ts";

/** A row of the table: a run, or a group with its runs below it. */
export type TableRow =
  | { readonly kind: "run"; readonly id: string; readonly run: RunEntry; readonly runs: readonly RunEntry[] }
  | {
      readonly kind: "group";
      readonly id: string;
      readonly group: RunGroup;
      readonly runs: readonly RunEntry[];
      readonly below: readonly TableRow[];
    };

export const runRow = (run: RunEntry): TableRow => ({ kind: "run", id: run.runId, run, runs: [run] });

export const groupRow = (group: RunGroup): TableRow => ({
  kind: "group",
  id: `group ${group.key}`,
  group,
  runs: group.runs,
  below: group.runs.map(runRow),
});

/** What a cell shows. `remark`: what must be known to read it, such as that a mean is of one seed. */
export interface CellWords {
  readonly words: string;
  readonly remark?: string;
}

/** A figure of a group as mean and sd over seeds, a setting as what all have in common. */
export function cellOf(row: TableRow, field: RunField): CellWords {
  if (row.kind === "run") return { words: field.format(field.read(row.run)) };
  if (!field.isFigure) return { words: sharedWords(row.runs, field) };
  const summary = summarize(row.runs, field.read);
  if (!summary) return { words: field.format(null) };
  const mean = field.format(summary.mean);
  const of = `mean of ${summary.runs} of ${row.runs.length} runs`;
  if (summary.sd === null) return { words: mean, remark: `${of}, one seed: no spread is known` };
  return { words: `${mean} ± ${field.format(summary.sd)}`, remark: `${of}, ${summary.seeds} seeds, ± 1 sd` };
}

function sharedWords(runs: readonly RunEntry[], field: RunField): string {
  const values = new Set(runs.map((run) => field.read(run)));
  if (values.size === 1) return field.format([...values][0] ?? null);
  if (field.id === "seed") return `${values.size} seeds`;
  return `${values.size} values`;
}

/** What a row is sorted by; undefined stands last. */
export function sortValue(row: TableRow, field: RunField): FieldValue | undefined {
  if (row.kind === "run") return field.read(row.run) ?? undefined;
  if (field.isFigure) return summarize(row.runs, field.read)?.mean;
  const values = new Set(row.runs.map((run) => field.read(run)));
  return values.size === 1 ? ([...values][0] ?? undefined) : undefined;
}

/** Numbers before words; words by their letters, with the numbers in them as numbers. */
export function compareValues(a: FieldValue | undefined, b: FieldValue | undefined): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "number") return -1;
  if (typeof b === "number") return 1;
  return COLLATOR.compare(a ?? "", b ?? "");
}

const COLLATOR = new Intl.Collator("en", { numeric: true });
