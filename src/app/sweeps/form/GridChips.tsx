import type { Experiment } from "../../../shared/experiment.ts";
import { POOLINGS, type PoolingId } from "../../../shared/plugins/poolings/index.ts";
import { offeredKs, poolingRefusal } from "./sweep-draft.ts";

interface ChipsProps<V> {
  label: string;
  options: readonly { value: V; label: string; refusal?: string | null }[];
  chosen: readonly V[];
  onChange: (chosen: V[]) => void;
}

/** Any number of a few, all in sight; they stay in the order in which they are offered. */
function Chips<V extends string | number>({ label, options, chosen, onChange }: ChipsProps<V>) {
  const toggle = (value: V) =>
    onChange(options.map((option) => option.value).filter((other) => chosen.includes(other) !== (other === value)));
  return (
    <fieldset className="chips">
      <legend>{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={chosen.includes(option.value)}
          disabled={Boolean(option.refusal)}
          title={option.refusal ?? undefined}
          onClick={() => toggle(option.value)}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}

interface Props<V> {
  experiment: Experiment;
  chosen: readonly V[];
  onChange: (chosen: V[]) => void;
}

export const KChips = ({ experiment, chosen, onChange }: Props<number>) => (
  <Chips
    label="Repeats K"
    options={offeredKs(experiment).map((k) => ({ value: k, label: String(k) }))}
    chosen={chosen}
    onChange={onChange}
  />
);

export const PoolingChips = ({ experiment, chosen, onChange }: Props<PoolingId>) => (
  <Chips
    label={`Pooling f, at the level ${experiment.aggregate.level}`}
    options={POOLINGS.map(({ id, label }) => ({ value: id, label, refusal: poolingRefusal(id, experiment) }))}
    chosen={chosen}
    onChange={onChange}
  />
);
