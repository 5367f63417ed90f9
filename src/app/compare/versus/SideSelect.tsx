import { type Side, seedWords } from "../sides.ts";

interface Props {
  label: "A" | "B";
  value: string;
  groups: readonly Side[];
  runs: readonly Side[];
  onChange: (key: string) => void;
}

/** One side of a comparison: a group with its seeds, or a single run. */
export function SideSelect({ label, value, groups, runs, onChange }: Props) {
  return (
    <label className="side-select">
      <b>{label}</b>
      <select aria-label={`Side ${label}`} value={value} onChange={(event) => onChange(event.target.value)}>
        {groups.length > 0 && (
          <optgroup label="Groups">
            {groups.map((side) => (
              <option key={side.key} value={side.key}>
                {side.name} ({seedWords(side)})
              </option>
            ))}
          </optgroup>
        )}
        <optgroup label="Runs">
          {runs.map((side) => (
            <option key={side.key} value={side.key}>
              {side.name} (seed {side.runs[0]?.experiment.seed})
            </option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}
