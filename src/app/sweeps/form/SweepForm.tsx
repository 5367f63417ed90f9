import { useId, useMemo, useState } from "react";
import { SWEEP_BOUNDS } from "../../../shared/sweep/sweep-file.ts";
import { useDataStore } from "../../stores/data-store.ts";
import { useExperimentStore } from "../../stores/experiment-store.ts";
import { CheckField } from "../../ui/fields.tsx";
import { NumberField } from "../../ui/NumberField.tsx";
import { FieldRows } from "./FieldRows.tsx";
import { KChips, PoolingChips } from "./GridChips.tsx";
import { PlanSummary } from "./PlanSummary.tsx";
import { firstDraft, plannedOf, type SweepDraft } from "./sweep-draft.ts";

/** Puts a new sweep together around the experiment in the editor, and says what it will cost before it begins. */
export function SweepForm() {
  const id = useId();
  const file = useExperimentStore((state) => state.file);
  const experiment = useExperimentStore((state) => state.experiment);
  const source = useDataStore((state) => state.source?.name ?? null);
  const [draft, setDraft] = useState<SweepDraft>(() => firstDraft(experiment));
  const change = (patch: Partial<SweepDraft>) => setDraft({ ...draft, ...patch });
  const planned = useMemo(() => plannedOf(draft, file), [draft, file]);
  const isRandom = draft.rows.some(({ how }) => how !== "each");
  return (
    <section className="card sweep-form" aria-labelledby={id}>
      <header>
        <h2 id={id}>New sweep</h2>
        <p className="say">
          Variations of the experiment in the studio{source === null ? "" : `, on ${source}`}: every combination, over
          several seeds, beside what K = 1 does.
        </p>
      </header>
      <div className="sweep-settings">
        <div>
          <fieldset>
            <legend>K × f</legend>
            <KChips experiment={experiment} chosen={draft.ks} onChange={(ks) => change({ ks })} />
            <PoolingChips
              experiment={experiment}
              chosen={draft.poolings}
              onChange={(poolings) => change({ poolings })}
            />
          </fieldset>
          <fieldset>
            <legend>More fields</legend>
            <FieldRows experiment={experiment} rows={draft.rows} onChange={(rows) => change({ rows })} />
            {isRandom && (
              <NumberField
                label="Combinations to draw"
                value={draft.samples}
                {...SWEEP_BOUNDS.samples}
                integer
                slider={false}
                hint="Each is tried at every point of the grid."
                onChange={(samples) => change({ samples })}
              />
            )}
          </fieldset>
        </div>
        <div>
          <fieldset>
            <legend>How often, against what</legend>
            <NumberField
              label="Seeds"
              value={draft.seeds}
              {...SWEEP_BOUNDS.seeds}
              integer
              slider={false}
              hint="Each configuration is trained with this many, from the experiment's own on. One seed has no spread."
              onChange={(seeds) => change({ seeds })}
            />
            <CheckField
              label="K = 1 baseline"
              checked={draft.k1}
              hint="The same with K = 1. One serves every f, since there is nothing to pool."
              onChange={(k1) => change({ k1 })}
            />
            <CheckField
              label="Equal-compute baseline"
              checked={draft.equalCompute}
              hint="K = 1 over K times the epochs: what the same forward passes buy without repeating."
              onChange={(equalCompute) => change({ equalCompute })}
            />
          </fieldset>
          <BudgetFields budget={draft.budget} onChange={(budget) => change({ budget })} />
        </div>
        <PlanSummary planned={planned} name={draft.name} onName={(name) => change({ name })} />
      </div>
    </section>
  );
}

const BUDGETS = [
  { what: "runs", label: "Runs at most" },
  { what: "minutes", label: "Minutes at most" },
  { what: "passes", label: "Forward passes at most" },
] as const;

interface BudgetProps {
  budget: SweepDraft["budget"];
  onChange: (budget: SweepDraft["budget"]) => void;
}

function BudgetFields({ budget, onChange }: BudgetProps) {
  const id = useId();
  return (
    <fieldset>
      <legend>Budget</legend>
      {BUDGETS.map(({ what, label }) => (
        <div className="field-head" key={what}>
          <label htmlFor={`${id}-${what}`}>{label}</label>
          <input
            id={`${id}-${what}`}
            className="number"
            inputMode="decimal"
            autoComplete="off"
            placeholder="no limit"
            value={budget[what]}
            onChange={(event) => onChange({ ...budget, [what]: event.target.value })}
          />
        </div>
      ))}
      <p className="hint">The sweep ends where the first is used up, and says so.</p>
    </fieldset>
  );
}
