import { type Card, cardById } from "../../shared/plugins/card.ts";
import { SelectField } from "../ui/fields.tsx";
import { type AnyChoice, ParameterFields } from "./ParameterFields.tsx";

interface Props {
  label: string;
  /** The path of the experiment where the choice stands. */
  path?: string | undefined;
  cards: readonly Card[];
  choice: AnyChoice;
  /** Parameters of the chosen one that have a place of their own. */
  without?: readonly string[];
  /** Why a plugin cannot be chosen here; null where it can. */
  refusal?: (card: Card) => string | null;
  onChange: (choice: AnyChoice) => void;
}

/** One plugin out of a list, and the form of the chosen one under it. */
export function ChoiceField({ label, path, cards, choice, without = [], refusal, onChange }: Props) {
  const card = cardById(cards, choice.id);
  const options = cards.map((c) => ({ value: c.id, label: c.label, refusal: refusal?.(c) ?? null }));
  return (
    <>
      <SelectField
        label={label}
        path={path}
        value={choice.id}
        options={options}
        hint={card.summary}
        onChange={(id) => onChange({ id })}
      />
      <ParameterFields path={path} card={card} choice={choice} without={without} onChange={onChange} />
    </>
  );
}
