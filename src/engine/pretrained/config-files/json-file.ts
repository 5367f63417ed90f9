import type { z } from "zod";
import { ModelFileError } from "../../errors.ts";
import type { ModelFiles } from "../files.ts";

/** Tokenizers of 250,000 tokens have 20 MB; the rest has kilobytes. */
const MAX_JSON_BYTES = 100_000_000;

/**
 * The parsed content of a JSON file, or null where there is none of this name.
 * @throws ModelFileError where it is no JSON object or list
 */
export async function readJson(files: ModelFiles, name: string): Promise<object | null> {
  const blob = await files.open(name);
  if (!blob) return null;
  const fail = (what: string, cause?: unknown): never => {
    throw new ModelFileError(name, "damaged", what, "Get the file again.", { cause });
  };
  if (blob.size > MAX_JSON_BYTES) return fail(`It has ${blob.size} bytes, too many for such a file.`);
  const text = await blob.text();
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) return parsed;
  } catch (cause) {
    return fail(text.trimStart().startsWith("<") ? "It is a web page." : "It is no JSON.", cause);
  }
  return fail("It holds one value, not named ones.");
}

/** As {@link readJson}, for a file that must be there. */
export async function readNeededJson(files: ModelFiles, name: string, what: string): Promise<object> {
  const json = await readJson(files, name);
  if (json) return json;
  throw new ModelFileError(name, "missing", `The file is missing; it says ${what}.`, "Add it from where the model is.");
}

/**
 * Checks the fields of a JSON file. A value outside of a fixed list is a model of another kind, anything else damage.
 * @throws ModelFileError naming file, field, value and what would do
 */
export function checkFields<T>(schema: z.ZodType<T>, json: object, file: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], json);
  if (issue?.code === "invalid_value") return unsupportedField(file, path.join("."), value, issue.values);
  const message = `"${path.join(".")}" is ${show(value)}: ${issue?.message ?? "it does not fit"}.`;
  throw new ModelFileError(file, "damaged", message, "Get the file again, or correct it.");
}

/** @throws ModelFileError, always */
export function unsupportedField(file: string, field: string, value: unknown, supported: readonly unknown[]): never {
  const names = supported.map(show).join(", ");
  throw new ModelFileError(
    file,
    "unsupported",
    `"${field}" is ${show(value)}; supported: ${names}.`,
    "Choose a model of a supported kind.",
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "not set";
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
