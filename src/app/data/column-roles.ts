import type { ColumnSummary } from "../../shared/dataset.ts";
import type { ExperimentFile } from "../../shared/experiment.ts";
import type { Task } from "../../shared/task.ts";

/** What a column can be used for. */
export type ColumnRole = "label" | "text" | "numeric" | "categorical" | "ignored";

export const ROLES_OF_TASK: Record<Task, readonly ColumnRole[]> = {
  "tabular-classification": ["label", "numeric", "categorical", "ignored"],
  "text-classification": ["label", "text", "ignored"],
  "image-classification": ["label", "ignored"],
};

/** What the experiment uses a column for. */
export function roleOf({ task, data }: ExperimentFile, column: ColumnSummary): ColumnRole {
  const { name } = column;
  if (name === data.label) return "label";
  if (task === "text-classification") return name === data.text ? "text" : "ignored";
  if (data.features && !data.features.includes(name)) return "ignored";
  return data.kinds?.[name] ?? (column.range ? "numeric" : "categorical");
}

/** The experiment with a column used otherwise. There is one label and one text; whichever was before is let go. */
export function withRole(
  file: ExperimentFile,
  columns: readonly ColumnSummary[],
  column: ColumnSummary,
  role: ColumnRole,
): ExperimentFile {
  const { name } = column;
  const { label, text, features, kinds, ...rest } = file.data;
  const others = { ...(label === name ? {} : { label }), ...(text === name ? {} : { text }) };
  if (role === "label" || role === "text") {
    const used = features?.filter((feature) => feature !== name);
    const data = { ...rest, ...others, [role]: name, features: used, kinds };
    return { ...file, data: dropEmpty(data) };
  }
  const current = features ?? columns.map((c) => c.name).filter((n) => n !== label);
  const without = current.filter((feature) => feature !== name);
  const nextFeatures = role === "ignored" ? without : inOrder(columns, [...without, name]);
  const { [name]: _, ...otherKinds } = kinds ?? {};
  const nextKinds = role === "ignored" ? otherKinds : { ...otherKinds, [name]: role };
  return { ...file, data: dropEmpty({ ...rest, ...others, features: nextFeatures, kinds: nextKinds }) };
}

const inOrder = (columns: readonly ColumnSummary[], names: readonly string[]): string[] =>
  columns.map(({ name }) => name).filter((name) => names.includes(name));

/** Without fields that say nothing, so that links stay short and defaults stay defaults. */
function dropEmpty(data: ExperimentFile["data"]): ExperimentFile["data"] {
  const entries = Object.entries(data).filter(([, value]) => {
    if (value === undefined) return false;
    if (Array.isArray(value)) return value.length > 0;
    return typeof value !== "object" || value === null || Object.keys(value).length > 0;
  });
  return Object.fromEntries(entries) as ExperimentFile["data"];
}
