import { type ReactNode, useId, useState } from "react";
import { useControlState } from "../stores/sharing/lesson-store.ts";
import { LockMark, lockedHint } from "./Lock.tsx";

interface Option {
  value: string;
  label: string;
  /** Why it cannot be chosen; null where it can. */
  refusal?: string | null;
}

interface SelectProps {
  label: string;
  /** The path of the experiment that it changes, by which a lesson can lock or hide it. */
  path?: string | undefined;
  value: string;
  options: readonly Option[];
  hint?: ReactNode;
  disabled?: boolean;
  onChange: (value: string) => void;
}

/** One of a few. What makes no sense stays visible, greyed out, with the reason. */
export function SelectField({ label, path = "", value, options, hint, disabled, onChange }: SelectProps) {
  const id = useId();
  const state = useControlState(path);
  const isLocked = state === "locked";
  if (state === "hidden") return null;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {isLocked && <LockMark />}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled || isLocked}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={Boolean(option.refusal)}>
            {option.refusal ? `${option.label} (${option.refusal})` : option.label}
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} className="hint">
        {lockedHint(isLocked, hint)}
      </p>
    </div>
  );
}

interface IntegersProps {
  label: string;
  /** The path of the experiment that it changes, by which a lesson can lock or hide it. */
  path?: string | undefined;
  value: readonly number[];
  hint?: ReactNode;
  max: number;
  maxLength: number;
  /** What an empty list means. */
  empty?: string | undefined;
  onChange: (value: number[]) => void;
}

/** A short list of whole numbers, such as the widths of hidden layers: `64, 32`. */
export function IntegersField({ label, path = "", value, hint, empty = "none", ...props }: IntegersProps) {
  const { max, maxLength, onChange } = props;
  const id = useId();
  const state = useControlState(path);
  const isLocked = state === "locked";
  const [draft, setDraft] = useState<string | null>(null);
  const parsed = draft === null ? [...value] : parseIntegers(draft, max, maxLength);
  const type = (text: string) => {
    setDraft(text);
    const numbers = parseIntegers(text, max, maxLength);
    if (numbers) onChange(numbers);
  };
  if (state === "hidden") return null;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {isLocked && <LockMark />}
      </label>
      <input
        id={id}
        disabled={isLocked}
        inputMode="numeric"
        autoComplete="off"
        placeholder={empty}
        value={draft ?? value.join(", ")}
        aria-invalid={parsed === null}
        aria-describedby={`${id}-hint`}
        onChange={(event) => type(event.target.value)}
        onBlur={() => setDraft(null)}
      />
      <p id={`${id}-hint`} className={parsed ? "hint" : "hint bad"} role={parsed ? undefined : "alert"}>
        {parsed
          ? lockedHint(isLocked, hint)
          : `Give up to ${maxLength} whole numbers from 1 to ${max}, with commas between, or nothing.`}
      </p>
    </div>
  );
}

/** `64, 32` -> [64, 32]; an empty text is no layer; null where it cannot be read. */
export function parseIntegers(text: string, max: number, maxLength: number): number[] | null {
  if (text.trim() === "") return [];
  const numbers = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  const sound = numbers.every((n) => Number.isInteger(n) && n >= 1 && n <= max);
  return sound && numbers.length <= maxLength ? numbers : null;
}

interface CheckProps {
  label: string;
  /** The path of the experiment that it changes, by which a lesson can lock or hide it. */
  path?: string | undefined;
  checked: boolean;
  hint?: ReactNode;
  onChange: (checked: boolean) => void;
}

export function CheckField({ label, path = "", checked, hint, onChange }: CheckProps) {
  const id = useId();
  const state = useControlState(path);
  const isLocked = state === "locked";
  if (state === "hidden") return null;
  return (
    <div className="field">
      <label className="check">
        <input
          type="checkbox"
          checked={checked}
          disabled={isLocked}
          aria-describedby={`${id}-hint`}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
        {isLocked && <LockMark />}
      </label>
      <p id={`${id}-hint`} className="hint">
        {lockedHint(isLocked, hint)}
      </p>
    </div>
  );
}
