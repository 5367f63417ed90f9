/** There is no such place in the document. */
export class PathError extends Error {
  override readonly name = "PathError";
}

/**
 * A copy of the document with the value at a path such as `repeat.noises.0.stdDev` replaced. Missing objects on the
 * way are made; whether the result makes sense is the schema's business.
 * @throws PathError where the path leads into a list's outside or below a value
 */
export function setAt(document: unknown, path: string, value: unknown): unknown {
  return placed(document, path.split("."), value, path);
}

function placed(document: unknown, [head = "", ...tail]: readonly string[], value: unknown, path: string): unknown {
  const next = (inner: unknown): unknown => (tail.length === 0 ? value : placed(inner, tail, value, path));
  if (Array.isArray(document)) {
    const index = Number(head);
    if (!Number.isInteger(index) || index < 0 || index > document.length)
      throw new PathError(`${path}: "${head}" is no place in a list of ${document.length}.`);
    return document.toSpliced(index, 1, next(document[index]));
  }
  if (typeof document !== "object" && document !== undefined)
    throw new PathError(`${path}: nothing lies below "${head}".`);
  const object = (document ?? {}) as Record<string, unknown>;
  return { ...object, [head]: next(object[head]) };
}

/** The value at a path; undefined where there is none. */
export const valueAt = (document: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? (at as never)[key] : undefined), document);
