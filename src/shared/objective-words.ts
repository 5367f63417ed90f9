import type { Experiment } from "./experiment.ts";
import { formatNumber } from "./format.ts";
import { cardById, parameterFields } from "./plugins/card.ts";
import { OBJECTIVES, type SingleObjective, termsOf } from "./plugins/objectives/index.ts";

/**
 * `cross-entropy`, or `0.5 focal (focus gamma 3) + soft-f1 + 2 symmetric-kl`: what training makes small. Parameters that are
 * not at their default are said, so that two objectives have the same words only where they are the same.
 */
export function objectiveWords({ objective, consistency }: Pick<Experiment, "objective" | "consistency">): string {
  const parts = termsOf(objective).map((term) => ({ weight: term.weight, words: termWords(term.objective) }));
  const all = consistency ? [...parts, { weight: consistency.weight, words: consistency.id }] : parts;
  return all.map(({ weight, words }) => (weight === 1 ? words : `${formatNumber(weight)} ${words}`)).join(" + ");
}

function termWords(objective: SingleObjective): string {
  const values = objective as Readonly<Record<string, unknown>>;
  const changed = parameterFields(cardById(OBJECTIVES, objective.id).parameters)
    .filter((field) => values[field.name] !== field.default)
    .map(({ name, title }) => {
      const value = values[name];
      return `${title.toLowerCase()} ${typeof value === "number" ? formatNumber(value) : String(value)}`;
    });
  return changed.length === 0 ? objective.id : `${objective.id} (${changed.join(", ")})`;
}
