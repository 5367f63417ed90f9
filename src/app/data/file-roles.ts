import type { ExperimentFile } from "../../shared/experiment.ts";
import { SPLITS, type Split } from "../../shared/task.ts";

type Data = ExperimentFile["data"];

/** A file with what it was opened as: by its name, a file for testing never trains. */
interface OpenedFile {
  readonly name: string;
  readonly role: Split;
}

/** What the experiment uses a file for: as it says, else what it was opened as. */
export const fileRole = (data: Data, { name, role }: OpenedFile): Split =>
  SPLITS.findLast((split) => data[split] === name) ?? role;

/** The data section with a file used otherwise; whichever file was validated or tested with before is let go. */
export function withFileRole(data: Data, files: readonly OpenedFile[], name: string, role: Split): Data {
  const { validation, test, ...rest } = data;
  const held = { validation, test };
  for (const split of ["validation", "test"] as const) if (held[split] === name) held[split] = undefined;
  if (role !== "train") held[role] = name;
  const others = files.filter((file) => file.name !== held.validation && file.name !== held.test);
  const train = others.some((file) => file.name === data.train) ? data.train : (others[0]?.name ?? data.train);
  return {
    ...rest,
    train,
    ...(held.validation === undefined ? {} : { validation: held.validation }),
    ...(held.test === undefined ? {} : { test: held.test }),
  };
}
