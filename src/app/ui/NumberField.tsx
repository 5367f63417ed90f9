import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { useControlState } from "../stores/sharing/lesson-store.ts";
import { formatNumber } from "./format.ts";
import { LockMark, lockedHint } from "./Lock.tsx";
import { scaleFor } from "./scale.ts";

interface Props {
  label: string;
  /** The path of the experiment that it changes, by which a lesson can lock or hide it. */
  path?: string | undefined;
  value: number;
  min: number;
  max: number;
  step?: number;
  integer?: boolean;
  /** False for numbers that no one finds by sliding, such as a seed. */
  slider?: boolean;
  unit?: string;
  hint?: ReactNode;
  disabled?: boolean;
  onChange: (value: number) => void;
}

const TRAVEL = 1000;

/** A bounded number: slide it or type it. What is typed counts as soon as it lies within the bounds. */
export function NumberField({ integer = false, slider = true, unit = "", path = "", ...props }: Props) {
  const { label, value, min, max, hint, onChange } = props;
  const step = props.step ?? (integer ? 1 : 0.01);
  const id = useId();
  const state = useControlState(path);
  const isLocked = state === "locked";
  const disabled = props.disabled === true || isLocked;
  const [draft, setDraft] = useState<string | null>(null);
  const scale = scaleFor(min, max, step, integer);
  const fault = draft === null ? null : faultOf(draft, min, max, integer);
  const position = scale.position(value);

  const type = (text: string) => {
    setDraft(text);
    if (faultOf(text, min, max, integer) === null) onChange(numberIn(text, integer));
  };
  const slide = (to: number) => {
    setDraft(null);
    onChange(scale.value(to));
  };
  /** An arrow key always moves by at least one step, also where the scale is fine. */
  const nudge = (event: KeyboardEvent) => {
    const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    const byScale = scale.value(Math.min(1, Math.max(0, position + direction / 100)));
    const byStep = Math.min(max, Math.max(min, Number((value + direction * step).toPrecision(10))));
    setDraft(null);
    onChange(Math.abs(byScale - value) > Math.abs(byStep - value) || byStep === value ? byScale : byStep);
  };

  if (state === "hidden") return null;
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>
          {label}
          {isLocked && <LockMark />}
        </label>
        <span className="field-value">
          <input
            id={id}
            className="number"
            inputMode={integer ? "numeric" : "decimal"}
            autoComplete="off"
            disabled={disabled}
            value={draft ?? formatNumber(value)}
            aria-invalid={fault !== null}
            aria-describedby={`${id}-hint`}
            onChange={(event) => type(event.target.value)}
            onBlur={() => setDraft(null)}
          />
          {unit && <span className="unit">{unit}</span>}
        </span>
      </div>
      {slider && (
        <input
          type="range"
          className="slider"
          min={0}
          max={TRAVEL}
          value={Math.round(position * TRAVEL)}
          disabled={disabled}
          aria-label={label}
          aria-valuetext={`${formatNumber(value)}${unit}`}
          aria-describedby={`${id}-hint`}
          style={{ "--filled": `${(100 * position).toFixed(1)}%` }}
          onChange={(event) => slide(Number(event.target.value) / TRAVEL)}
          onKeyDown={nudge}
        />
      )}
      <p id={`${id}-hint`} className={fault ? "hint bad" : "hint"} role={fault ? "alert" : undefined}>
        {fault ?? lockedHint(isLocked, hint)}
      </p>
    </div>
  );
}

/** The number in a text; digits may be full-width, and a fraction may stand behind a comma. */
function numberIn(text: string, integer: boolean): number {
  const plain = text.normalize("NFKC");
  return Number(integer ? plain : plain.replace(",", "."));
}

function faultOf(text: string, min: number, max: number, integer: boolean): string | null {
  const value = numberIn(text, integer);
  const range = `${integer ? "a whole number" : "a number"} from ${formatNumber(min)} to ${formatNumber(max)}`;
  if (text.trim() === "" || !Number.isFinite(value)) return `Give ${range}.`;
  return value < min || value > max || (integer && !Number.isInteger(value)) ? `Give ${range}.` : null;
}
