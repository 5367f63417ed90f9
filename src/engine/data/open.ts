import { SAMPLE_PREFIX } from "../../shared/samples.ts";
import type { Split } from "../../shared/task.ts";
import type { OpenSource } from "./dataset.ts";
import { refuse } from "./problems.ts";
import { openSample } from "./samples.ts";
import { tableSource } from "./table-source.ts";
import { readTable, type TableFile } from "./tables/raw-table.ts";

/** Opens files, pasted text or a built-in sample. */
export const openSource: OpenSource = async (source, options, work) => {
  if (source.kind === "sample") {
    const { file, credit } = await openSample(source.id);
    const table = await readTable([{ ...file, role: "train" }], options, work);
    return tableSource(table, file.name, `${SAMPLE_PREFIX}${source.id}`, credit);
  }
  const files: TableFile[] =
    source.kind === "text"
      ? [{ name: source.name, blob: new Blob([source.text]), role: "train" }]
      : assignRoles(
          source.files.map(({ path, file }) => ({ name: path, blob: file as globalThis.Blob })),
          source.roles ?? {},
        );
  const [first] = files;
  if (!first) refuse({ file: "the selection", message: "It holds no file.", action: "Choose a table or images." });
  const table = await readTable(files, options, work);
  return tableSource(table, first.name, first.name, null);
};

const NAMED_ROLES: readonly (readonly [Split, RegExp])[] = [
  ["test", /(^|[^a-z])test([^a-z]|$)/i],
  ["validation", /(^|[^a-z])(val|valid|validation|dev)([^a-z]|$)/i],
];

/** What each file is for: as said, else by its name; the training file comes first. */
function assignRoles(files: readonly Omit<TableFile, "role">[], said: Partial<Record<Split, string>>): TableFile[] {
  const baseName = (path: string): string => path.replace(/^.*\//, "");
  const roleOf = ({ name }: { name: string }): Split => {
    const given = Object.entries(said).find(([, file]) => file !== undefined && baseName(file) === baseName(name));
    if (given) return given[0] as Split;
    if (files.length === 1) return "train";
    return NAMED_ROLES.find(([, pattern]) => pattern.test(baseName(name)))?.[0] ?? "train";
  };
  const order: Split[] = ["train", "validation", "test"];
  const named = files.map((file) => ({ ...file, role: roleOf(file) }));
  if (!named.some(({ role }) => role === "train"))
    refuse({
      file: named.map(({ name }) => name).join(", "),
      message: "None of these is for training.",
      action: "Say which file is the training set.",
    });
  return named.sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
}
