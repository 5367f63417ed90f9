import type { Experiment } from "../../shared/experiment.ts";
import { SPLITS, type Split } from "../../shared/task.ts";
import { refuse } from "./problems.ts";

/** A file, zip or folder with what it is for. */
export interface NamedRole {
  readonly name: string;
  readonly role: Split;
}

const ROLE_NAMES: readonly (readonly [Split, RegExp])[] = [
  ["test", /(^|[^a-z])test(ing)?([^a-z]|$)/i],
  ["validation", /(^|[^a-z])(val|valid|validation|dev)([^a-z]|$)/i],
];

export const baseName = (path: string): string => path.replace(/\/+$/, "").replace(/^.*[/\\]/, "");

/**
 * What each of several files is for: as said, else by train, val or test in its name; training files come first, then
 * validation, then test.
 * @throws DataError where none is for training
 */
export function assignRoles<T extends { readonly name: string }>(
  files: readonly T[],
  said: Partial<Record<Split, string>>,
): (T & { role: Split })[] {
  const roleOf = ({ name }: T): Split => {
    // A file may be said to be several things; the last is the most careful one.
    const given = SPLITS.filter((split) => said[split] !== undefined && sameFile(said[split], name)).at(-1);
    if (given) return given;
    if (files.length === 1) return "train";
    return ROLE_NAMES.find(([, pattern]) => pattern.test(baseName(name)))?.[0] ?? "train";
  };
  const assigned = files.map((file) => ({ ...file, role: roleOf(file) }));
  if (!assigned.some(({ role }) => role === "train"))
    refuse({
      file: assigned.map(({ name }) => name).join(", "),
      message: "By their names none of these is for training.",
      action: "Say which file is the training set, or drop it along with them.",
    });
  return assigned.sort((a, b) => SPLITS.indexOf(a.role) - SPLITS.indexOf(b.role));
}

const sameFile = (a: string, b: string): boolean => a === b || baseName(a) === baseName(b);

/** A table in an archive goes by the archive's name, too. */
const isInside = (path: string, archive: string): boolean => path.startsWith(`${baseName(archive)}/`);

/**
 * What each open file is for under an experiment: what the experiment names it for, else what it was opened as.
 * @param alias a name that stands for all of them, such as `sample:iris`
 * @throws DataError where the experiment names a file that is not open
 */
export function rolesFor(
  { train, validation, test }: Experiment["data"],
  files: readonly NamedRole[],
  alias: string,
): Split[] {
  const roles = files.map(({ role }) => role);
  const isAlias = train === alias && !files.some(({ name }) => name === alias);
  const named = { train: isAlias ? undefined : train, validation, test };
  const taken = new Map<number, Split>();
  for (const split of SPLITS) {
    const name = named[split];
    if (name === undefined) continue;
    const matches = [
      (file: NamedRole) => file.name === name,
      (file: NamedRole) => sameFile(file.name, name),
      (file: NamedRole) => isInside(file.name, name),
    ];
    const at = matches.map((match) => files.findIndex(match)).find((index) => index >= 0) ?? -1;
    if (at < 0)
      refuse({
        file: name,
        message: `The experiment's data.${split} names this file, but it is not open; ${files.map((f) => f.name).join(", ")} ${files.length === 1 ? "is" : "are"}.`,
        action: "Open it along with the others, or choose the file in the experiment.",
      });
    const other = taken.get(at);
    if (other)
      refuse({
        file: name,
        message: `The experiment names this file both for ${other} and for ${split}.`,
        action: "Leave one out: held-out items must not train.",
      });
    taken.set(at, split);
    roles[at] = split;
  }
  return roles;
}
