import { z } from "zod";
import { StoreError } from "../store-error.ts";

/** How a kind of entry is written now, and how former versions become what the next one has. */
export interface Format<T> {
  /** Names the kind in errors. */
  readonly kind: string;
  readonly version: number;
  readonly schema: z.ZodType<T>;
  /** `migrations[n]`: from version n to n + 1. */
  readonly migrations: Readonly<Record<number, (entry: Record<string, unknown>) => Record<string, unknown>>>;
}

/**
 * Reads an entry of any version up to the present one.
 * @param name names the entry in errors
 * @throws StoreError where it is damaged, or of a newer version
 */
export function readEntry<T>(format: Format<T>, found: unknown, name: string): T {
  const what = `The ${format.kind} ${JSON.stringify(name)}`;
  const version = z.looseObject({ version: z.int().min(1) }).safeParse(found);
  if (!version.success) throw new StoreError("damaged", `${what} is damaged: it has no version. ${ADVICE}`);
  let entry: Record<string, unknown> = version.data;
  if (version.data.version > format.version)
    throw new StoreError("newer", `${what} was kept by a newer version of Refrain and is left as it is. ${RELOAD}`);
  for (let from = version.data.version; from < format.version; from++) {
    const migrate = format.migrations[from];
    if (!migrate) throw new StoreError("damaged", `${what} is of version ${from}, which cannot be read. ${ADVICE}`);
    entry = { ...migrate(entry), version: from + 1 };
  }
  const parsed = format.schema.safeParse(entry);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue && issue.path.length > 0 ? `"${issue.path.join(".")}": ` : "";
  throw new StoreError("damaged", `${what} is damaged: ${where}${issue?.message}. ${ADVICE}`);
}

const ADVICE = "It is left as it is and not used; import it from a file that was exported.";
const RELOAD = "Reload the page to get that version.";
