import type { Experiment } from "./experiment.ts";
import { formatNumber } from "./format.ts";
import { parameterFields } from "./plugins/card.ts";
import { NOISES } from "./plugins/noises/index.ts";

/** The first number of each noise, by which it is told in short. Reading it from the schema is slow, so it is kept. */
const FIRST_NUMBER = new Map<string, string | null>();

/** `gaussian 0.2, dropout 0.5`: each noise with its first number. */
export function noiseWords({ repeat }: Pick<Experiment, "repeat">): string {
  const words = repeat.noises.map((noise) => {
    const name = firstNumber(noise.id);
    const value = name === null ? undefined : (noise as Record<string, unknown>)[name];
    return value === undefined
      ? noise.id
      : `${noise.id} ${typeof value === "number" ? formatNumber(value) : String(value)}`;
  });
  return words.join(", ") || "none";
}

function firstNumber(id: string): string | null {
  const known = FIRST_NUMBER.get(id);
  if (known !== undefined) return known;
  const card = NOISES.find((candidate) => candidate.id === id);
  const fields = card ? parameterFields(card.parameters) : [];
  const name = fields.find(({ kind }) => kind === "number" || kind === "integer")?.name ?? null;
  FIRST_NUMBER.set(id, name);
  return name;
}
