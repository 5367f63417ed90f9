import { formatNumber } from "../format.ts";
import { type Card, cardById, parameterFields } from "./card.ts";

/** `Adam (learning rate 0.01, β₁ 0.9, β₂ 0.999)`: a choice by its card's label, with all its parameters. */
export function choiceWords<C extends Card>(cards: readonly C[], choice: { readonly id: C["id"] }): string {
  const card = cardById(cards, choice.id);
  const values = choice as Readonly<Record<string, unknown>>;
  const words = parameterFields(card.parameters)
    .filter(({ name }) => !isIdle(name, values))
    .map(({ name, title, empty }) => `${lowerFirst(title)} ${valueWords(values[name], empty)}`);
  return words.length === 0 ? card.label : `${card.label} (${words.join(", ")})`;
}

/** True of a parameter that says nothing where the others are as they are: hidden layers of a noise that enters elsewhere. */
export const isIdle = (name: string, { site }: Readonly<Record<string, unknown>>): boolean =>
  name === "layers" && site !== undefined && site !== "hidden";

/** `Learning rate` stands in a sentence, `K` would stay as it is. */
const lowerFirst = (title: string): string =>
  /^.[A-Z]|^.$/.test(title) ? title : title[0]?.toLowerCase() + title.slice(1);

function valueWords(value: unknown, empty = "none"): string {
  if (Array.isArray(value)) return value.length === 0 ? empty : value.map((entry) => valueWords(entry)).join(" and ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? formatNumber(value) : String(value);
}
