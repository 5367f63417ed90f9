import { cardById } from "../../shared/plugins/card.ts";
import { CONSISTENCIES, consistencyMisfit } from "../../shared/plugins/consistencies/index.ts";
import { OBJECTIVES, SUM_TERMS, TERM_WEIGHT, type Term, termsOf } from "../../shared/plugins/objectives/index.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useControlState } from "../stores/sharing/lesson-store.ts";
import { CheckField } from "../ui/fields.tsx";
import { Icon } from "../ui/icons.tsx";
import { LockGroup } from "../ui/Lock.tsx";
import { NumberField } from "../ui/NumberField.tsx";
import { ChoiceField } from "./ChoiceField.tsx";

/** One objective, or up to four with a weight each; what is written is a sum only where there are several. */
export function ObjectiveForm() {
  const objective = useExperimentStore((state) => state.experiment.objective);
  const set = useExperimentStore((state) => state.set);
  const terms = termsOf(objective);
  const several = terms.length > 1;
  const write = (next: readonly TermInput[]) =>
    set("objective", next.length > 1 ? { id: "sum", terms: next } : next[0]?.objective);
  const change = (index: number, by: Partial<TermInput>) =>
    write(terms.map((term, i) => (i === index ? { ...term, ...by } : term)));
  const unused = OBJECTIVES.find(({ id }) => terms.every((term) => term.objective.id !== id)) ?? OBJECTIVES[0];
  return (
    <>
      <LockGroup names={["objective"]}>
        {terms.map((term, index) => {
          const label = several ? `Objective ${index + 1}` : "Objective";
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a term has no identity but its place in the sum
            <div className={several ? "noise" : ""} key={index}>
              {several && (
                <header>
                  <b>{cardById(OBJECTIVES, term.objective.id).label}</b>
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Remove ${cardById(OBJECTIVES, term.objective.id).label}, objective ${index + 1}`}
                    onClick={() => write(terms.filter((_, i) => i !== index))}
                  >
                    <Icon name="close" />
                  </button>
                </header>
              )}
              <ChoiceField
                label={label}
                cards={OBJECTIVES}
                choice={term.objective}
                onChange={(choice) => change(index, { objective: choice })}
              />
              {several && (
                <NumberField
                  label={`Weight ${index + 1}`}
                  value={term.weight}
                  {...TERM_WEIGHT}
                  onChange={(weight) => change(index, { weight })}
                />
              )}
            </div>
          );
        })}
        {terms.length < SUM_TERMS.max && (
          <button
            type="button"
            className="ghost"
            onClick={() => write([...terms, { weight: 1, objective: { id: unused.id } }])}
          >
            + Add {several ? "another" : "a second"} objective
          </button>
        )}
      </LockGroup>
      <ConsistencyForm />
    </>
  );
}

type TermInput = Omit<Term, "objective"> & { objective: { readonly id: string } };

/** Whether repeats that disagree cost something, and how much. */
function ConsistencyForm() {
  const { consistency, aggregate, repeat } = useExperimentStore((state) => state.experiment);
  const set = useExperimentStore((state) => state.set);
  const state = useControlState("consistency");
  const misfit = consistencyMisfit(aggregate.level);
  if (state === "hidden") return null;
  if (misfit && consistency === null)
    return <p className="hint">Repeats cannot be made to agree at this level: {misfit}.</p>;
  const hint = repeat.k === 1 ? "With K = 1 there is nothing to compare, so it adds 0." : undefined;
  return (
    <>
      <CheckField
        label="Make the repeats agree"
        path="consistency"
        checked={consistency !== null}
        hint={hint}
        onChange={(on) => set("consistency", on ? { id: CONSISTENCIES[0].id } : undefined)}
      />
      {consistency !== null && (
        <ChoiceField
          label="Disagreement"
          path="consistency"
          cards={CONSISTENCIES}
          choice={consistency}
          onChange={(choice) => set("consistency", choice)}
        />
      )}
    </>
  );
}
