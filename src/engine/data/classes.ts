import { type ProblemList, refuse } from "./problems.ts";
import { MAX_CLASSES } from "./tables/columns.ts";

/** Distinct labels in an order that does not depend on the rows': by number where all are numbers, else by code point. */
export function sortClasses(names: Iterable<string>): string[] {
  const all = [...new Set(names)];
  const numeric = all.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  return numeric ? all.sort((a, b) => Number(a) - Number(b)) : all.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** @throws DataError where there is nothing to tell apart, or far too much */
export function checkClasses(
  classes: readonly string[],
  counts: readonly number[],
  file: string,
  column?: string,
): void {
  const place = column === undefined ? { file } : { file, column };
  if (classes.length < 2)
    refuse({
      ...place,
      message: `There is only one class, "${classes[0] ?? ""}".`,
      action: "A classifier needs at least two; choose another label, or add items of another class.",
    });
  if (classes.length > MAX_CLASSES)
    refuse({
      ...place,
      message: `There are ${classes.length} different labels for ${counts.reduce((a, b) => a + b, 0)} items.`,
      action: `At most ${MAX_CLASSES} classes can be learned; is this really the label, or a number or text?`,
    });
}

/** Warns of classes with a single item: it trains, and nothing tests it. */
export function warnOfLonely(
  classes: readonly string[],
  counts: readonly number[],
  file: string,
  problems: ProblemList,
): void {
  const lonely = classes.filter((_, i) => counts[i] === 1);
  if (lonely.length === 0) return;
  const named = lonely
    .slice(0, 5)
    .map((name) => `"${name}"`)
    .join(", ");
  problems.warn({
    file,
    message: `${lonely.length === 1 ? "A class has" : `${lonely.length} classes have`} a single item: ${named}.`,
    action: "It goes into training, so nothing can say how well it is learned; add items, or leave the class out.",
  });
}
