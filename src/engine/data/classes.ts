import type { ClassCount } from "../../shared/dataset.ts";
import { type ProblemList, refuse } from "./problems.ts";
import { MAX_CLASSES } from "./tables/columns.ts";

interface Place {
  readonly file: string;
  readonly column?: string;
}

/** Distinct labels in an order that does not depend on the rows': by number where all are numbers, else by code point. */
export function sortClasses(names: Iterable<string>): string[] {
  const all = [...new Set(names)];
  const numeric = all.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  // "1" and "1.0" are two classes of one value.
  return all.sort((a, b) => (numeric && Number(a) - Number(b)) || compareCodePoints(a, b));
}

function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a, (char) => char.codePointAt(0) as number);
  const right = Array.from(b, (char) => char.codePointAt(0) as number);
  const at = left.findIndex((point, i) => point !== right[i]);
  return at < 0 ? left.length - right.length : (left[at] as number) - (right[at] ?? -1);
}

/** @throws DataError where there is nothing to tell apart, or far too much */
export function checkClasses(
  classes: readonly string[],
  counts: readonly number[],
  file: string,
  column?: string,
): void {
  const place: Place = column === undefined ? { file } : { file, column };
  if (classes.length === 0)
    refuse({ ...place, message: "No item has a label.", action: "Choose another label, or fill it in." });
  if (classes.length < 2)
    refuse({
      ...place,
      message: `There is only one class, "${classes[0]}".`,
      action: "A classifier needs at least two; choose another label, or add items of another class.",
    });
  if (classes.length > MAX_CLASSES)
    refuse({
      ...place,
      message: `There are ${classes.length} different labels for ${counts.reduce((a, b) => a + b, 0)} items.`,
      action: `At most ${MAX_CLASSES} classes can be learned; is this really the label, or a number or text?`,
    });
}

/** Warns of classes with a single item: nothing can both train and test it. */
export function warnOfLonely(
  classes: readonly string[],
  counts: readonly number[],
  file: string,
  problems: ProblemList,
): void {
  const lonely = classes.filter((_, i) => counts[i] === 1);
  if (lonely.length === 0) return;
  problems.warn({
    file,
    message: `${lonely.length === 1 ? "A class has" : `${lonely.length} classes have`} a single item: ${list(lonely)}.`,
    action: "It is not split, so it either trains or tests; add items, or leave the class out.",
  });
}

/**
 * Warns of classes that only held-out items have.
 * @throws DataError where training has fewer than two classes
 */
export function warnOfUntrained(counts: readonly ClassCount[], place: Place, problems: ProblemList): void {
  const trained = counts.filter(({ train }) => train > 0);
  if (trained.length < 2)
    refuse({
      ...place,
      message: `Training has ${trained.length === 0 ? "no items" : `only the class "${trained[0]?.name}"`}.`,
      action: "Add training items of at least two classes, or hold out fewer.",
    });
  const missing = counts.filter(({ train }) => train === 0).map(({ name }) => name);
  if (missing.length === 0) return;
  problems.warn({
    ...place,
    message: `${missing.length === 1 ? "A class is" : `${missing.length} classes are`} not in training: ${list(missing)}.`,
    action: "Every such held-out item counts as a mistake; add training items, or take these out.",
  });
}

function list(names: readonly string[]): string {
  const named = names.slice(0, 5).map((name) => `"${name}"`);
  return `${named.join(", ")}${names.length > 5 ? " and more" : ""}`;
}
