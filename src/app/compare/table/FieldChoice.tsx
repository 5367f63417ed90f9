import { useState } from "react";
import { Popover } from "../../ui/Popover.tsx";

interface Choosable {
  readonly id: string;
  readonly label: string;
  readonly meaning?: string;
}

interface Props {
  /** Of the panel. */
  name: string;
  /** On the button. */
  words: string;
  fields: readonly Choosable[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
  /** What the button at the foot goes back to. */
  reset: { label: string; to: readonly string[] };
}

/** Some of many fields, to be found by typing. */
export function FieldChoice({ name, words, fields, chosen, onChange, reset }: Props) {
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const found = fields.filter(({ id, label }) => `${label} ${id}`.toLowerCase().includes(wanted));
  const toggle = (id: string, on: boolean) => {
    const next = on ? [...chosen, id] : chosen.filter((other) => other !== id);
    onChange(next);
  };
  return (
    <Popover label={words} title={name} className={reset.to.length === 0 && chosen.length > 0 ? "chosen" : ""}>
      <input
        type="search"
        aria-label={`Find a field to ${name.toLowerCase()}`}
        placeholder="Find a field"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <ul className="field-choice">
        {found.map(({ id, label, meaning }) => (
          <li key={id}>
            <label className="check" title={meaning}>
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={(event) => toggle(id, event.target.checked)}
              />
              <span>{label}</span>
            </label>
          </li>
        ))}
        {found.length === 0 && <li className="hint">No field is called so.</li>}
      </ul>
      <button type="button" className="ghost" onClick={() => onChange(reset.to)}>
        {reset.label}
      </button>
    </Popover>
  );
}
