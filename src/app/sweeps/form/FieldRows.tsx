import type { Experiment } from "../../../shared/experiment.ts";
import { valueWords } from "../../../shared/sweep/words.ts";
import { type FieldRow, sweepableFields } from "./sweep-draft.ts";

interface Props {
  experiment: Experiment;
  rows: readonly FieldRow[];
  onChange: (rows: FieldRow[]) => void;
}

const HOW: readonly { value: FieldRow["how"]; label: string }[] = [
  { value: "each", label: "each of" },
  { value: "linear", label: "drawn evenly" },
  { value: "log", label: "drawn by factor" },
];

/** Any field of the experiment: values that are all tried, or two ends to draw between. */
export function FieldRows({ experiment, rows, onChange }: Props) {
  const fields = sweepableFields(experiment);
  const free = fields.filter(({ path }) => !rows.some((row) => row.path === path));
  const add = (path: string) => {
    const value = fields.find((field) => field.path === path)?.value;
    const id = Math.max(0, ...rows.map((row) => row.id)) + 1;
    onChange([...rows, { id, path, how: "each", values: JSON.stringify(value ?? ""), min: "", max: "" }]);
  };
  const change = (id: number, patch: Partial<FieldRow>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...patch } : row)));
  return (
    <>
      {rows.map((row) => (
        <Row
          key={row.id}
          row={row}
          now={valueWords(row.path, fields.find(({ path }) => path === row.path)?.value)}
          onChange={(patch) => change(row.id, patch)}
          onRemove={() => onChange(rows.filter(({ id }) => id !== row.id))}
        />
      ))}
      <select className="add" aria-label="Add a field" value="" onChange={(event) => add(event.target.value)}>
        <option value="">+ Add a field</option>
        {free.map(({ path, value }) => (
          <option key={path} value={path}>
            {path} (now {valueWords(path, value)})
          </option>
        ))}
      </select>
    </>
  );
}

interface RowProps {
  row: FieldRow;
  now: string;
  onChange: (patch: Partial<FieldRow>) => void;
  onRemove: () => void;
}

function Row({ row, now, onChange, onRemove }: RowProps) {
  const { path, how } = row;
  return (
    <fieldset className="sweep-field" aria-label={path}>
      <div className="sweep-field-head">
        <code>{path}</code>
        <small>now {now}</small>
        <button type="button" className="icon-button" aria-label={`Leave ${path} as it is`} onClick={onRemove}>
          ✕
        </button>
      </div>
      <div className="sweep-field-values">
        <select
          aria-label={`${path}: how`}
          value={how}
          onChange={(event) => onChange({ how: event.target.value as FieldRow["how"] })}
        >
          {HOW.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        {how === "each" ? (
          <input
            aria-label={`${path}: values, with commas between`}
            autoComplete="off"
            placeholder="0.001, 0.01"
            value={row.values}
            onChange={(event) => onChange({ values: event.target.value })}
          />
        ) : (
          (["min", "max"] as const).map((end) => (
            <input
              key={end}
              aria-label={`${path}: ${end === "min" ? "from" : "to"}`}
              inputMode="decimal"
              autoComplete="off"
              placeholder={end === "min" ? "from" : "to"}
              value={row[end]}
              onChange={(event) => onChange({ [end]: event.target.value })}
            />
          ))
        )}
      </div>
    </fieldset>
  );
}
