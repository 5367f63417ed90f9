import { compareConfigurations, type SettingRow } from "../../shared/configuration.ts";
import { plural } from "../ui/format.ts";
import type { Side } from "./sides.ts";

/** Different values of one setting within a side that are written out. */
const WRITTEN = 4;

/** The settings of sides; where a side's runs differ, all their values stand in its cell. */
export function rowsOfSides(sides: readonly Side[]): SettingRow[] {
  const rows = compareConfigurations(sides.flatMap(({ runs }) => runs.map(({ experiment }) => experiment)));
  let start = 0;
  const ranges = sides.map(({ runs }) => {
    const from = start;
    start += runs.length;
    return [from, start] as const;
  });
  return rows.map(({ path, values, differs }) => ({
    path,
    differs,
    values: ranges.map(([from, to]) => together(values.slice(from, to))),
  }));
}

function together(values: readonly (string | null)[]): string | null {
  const distinct = [...new Set(values)];
  if (distinct.length === 1) return distinct[0] ?? null;
  const words = distinct.slice(0, WRITTEN).map((value) => value ?? "–");
  return distinct.length > WRITTEN ? `${words.join(", ")}, …` : words.join(", ");
}

const TOLD = 4;

/** How far the chosen runs are the same experiment. */
export function configurationSentence(differing: readonly SettingRow[], sides: readonly Side[]): string {
  const runs = sides.reduce((sum, side) => sum + side.runs.length, 0);
  const of = `${runs} runs`;
  if (differing.length === 0) return `All settings of the ${of} are the same, the seed included.`;
  if (differing.length === 1 && differing[0]?.path === "seed") return `The ${of} differ in the seed alone.`;
  const paths = differing.map(({ path }) => path);
  const told =
    paths.length > TOLD ? `${paths.slice(0, TOLD).join(", ")} and ${paths.length - TOLD} more` : listed(paths);
  return `${plural(paths.length, "setting differs", "settings differ")} between the ${of}: ${told}.`;
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
