import type { ReactNode } from "react";
import { type Card, type ParameterField, parameterFields } from "../../shared/plugins/card.ts";
import { isIdle } from "../../shared/plugins/choice-words.ts";
import { CheckField, IntegersField, SelectField } from "../ui/fields.tsx";
import { NumberField } from "../ui/NumberField.tsx";

/** A choice as the experiment holds it: a plugin's id with its parameters beside it. */
export type AnyChoice = { readonly id: string } & Readonly<Record<string, unknown>>;

interface Props {
  /** The path of the experiment where the choice stands. */
  path?: string | undefined;
  card: Card;
  choice: AnyChoice;
  /** Fields that have a place of their own. */
  without?: readonly string[];
  /** Why an option of a field cannot be chosen here; null where it can. */
  refusal?: (field: string, option: string) => string | null;
  onChange: (choice: AnyChoice) => void;
}

/** The form of a plugin, one control a parameter; types, bounds and titles all come from the card's schema. */
export function ParameterFields({ path, card, choice, without = [], refusal, onChange }: Props) {
  const fields = parameterFields(card.parameters).filter(
    ({ name }) => !without.includes(name) && !isIdle(name, choice),
  );
  return fields.map((field) => (
    <Control
      key={field.name}
      path={path === undefined ? undefined : `${path}.${field.name}`}
      field={field}
      value={choice[field.name] ?? field.default}
      refusal={(option) => refusal?.(field.name, option) ?? null}
      onChange={(value) => onChange(withoutIdle({ ...choice, [field.name]: value }))}
    />
  ));
}

/** Without what no longer has a control. */
const withoutIdle = (choice: AnyChoice): AnyChoice =>
  Object.fromEntries(Object.entries(choice).filter(([name]) => !isIdle(name, choice))) as AnyChoice;

interface ControlProps {
  path: string | undefined;
  field: ParameterField;
  value: unknown;
  refusal: (option: string) => string | null;
  onChange: (value: unknown) => void;
}

function Control({ path, field, value, refusal, onChange }: ControlProps): ReactNode {
  const { title: label, description: hint } = field;
  switch (field.kind) {
    case "number":
    case "integer":
      return (
        <NumberField
          path={path}
          label={label}
          hint={hint}
          value={Number(value)}
          min={field.minimum ?? 0}
          max={field.maximum ?? Number.MAX_SAFE_INTEGER}
          slider={field.maximum !== undefined}
          integer={field.kind === "integer"}
          {...(field.step === undefined ? {} : { step: field.step })}
          onChange={onChange}
        />
      );
    case "boolean":
      return <CheckField path={path} label={label} hint={hint} checked={value === true} onChange={onChange} />;
    case "integers":
      return (
        <IntegersField
          path={path}
          label={label}
          hint={hint}
          max={4096}
          maxLength={8}
          empty={field.empty}
          value={value as number[]}
          onChange={onChange}
        />
      );
    // A text is a name of something, which has a control of its own.
    case "text":
      return null;
    case "choice": {
      const options = field.options ?? [];
      if (options.length < 2) return null;
      const described = options.map((option) => ({ value: option, label: option, refusal: refusal(option) }));
      return (
        <SelectField
          path={path}
          label={label}
          hint={hint}
          value={String(value)}
          options={described}
          onChange={onChange}
        />
      );
    }
  }
}
