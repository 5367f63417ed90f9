import { useState } from "react";
import type { Experiment } from "../../shared/experiment.ts";
import { mixingMisfit, noiseMisfit } from "../../shared/noise-misfits.ts";
import { cardById, parameterFields } from "../../shared/plugins/card.ts";
import { NOISES, type NoiseId } from "../../shared/plugins/noises/index.ts";
import { MODALITY_OF, type Modality, SITES } from "../../shared/task.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { Icon } from "../ui/icons.tsx";
import { LockGroup } from "../ui/Lock.tsx";
import { type AnyChoice, ParameterFields } from "./ParameterFields.tsx";

const MAX_NOISES = 8;

interface Props {
  experiment: Experiment;
}

/** The noises in the order in which they are applied; only those made for this kind of data are offered. */
export function NoiseList({ experiment }: Props) {
  const { task, repeat } = experiment;
  const { noises } = repeat;
  const modality = MODALITY_OF[task];
  const set = useExperimentStore((state) => state.set);
  const [said, setSaid] = useState("");
  const write = (next: readonly AnyChoice[]) => set("repeat.noises", next);
  const offered = NOISES.filter((card) => placesOf(card.id, modality).length > 0);
  const add = (id: NoiseId) => {
    const card = cardById(NOISES, id);
    const defaults = Object.fromEntries(parameterFields(card.parameters).map((field) => [field.name, field.default]));
    write([...noises, { ...defaults, id, site: placesOf(id, modality)[0] }]);
    setSaid(`${card.label} added.`);
  };
  const remove = (index: number) => {
    setSaid(`${cardById(NOISES, noises[index]?.id as NoiseId).label} removed.`);
    write(noises.filter((_, i) => i !== index));
  };
  const moveUp = (index: number) =>
    write(noises.map((noise, i) => noises[i === index ? i - 1 : i === index - 1 ? i + 1 : i] ?? noise));

  return (
    <LockGroup names={["repeat.noises"]}>
      <fieldset>
        <legend>{noises.length > 1 ? "Noise, in this order" : "Noise"}</legend>
        {noises.map((noise, index) => {
          const card = cardById(NOISES, noise.id);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a noise has no identity but its place in the order
            <div className="noise" key={`${index}-${noise.id}`}>
              <header>
                <b>{card.label}</b>
                {index > 0 && (
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Apply ${card.label} earlier`}
                    onClick={() => moveUp(index)}
                  >
                    <Icon name="up" />
                  </button>
                )}
                <button
                  type="button"
                  className="icon-button"
                  aria-label={`Remove ${card.label}`}
                  onClick={() => remove(index)}
                >
                  <Icon name="close" />
                </button>
              </header>
              <p className="hint">{card.summary}</p>
              <ParameterFields
                card={card}
                choice={noise}
                refusal={(field, option) =>
                  field === "site" && noiseMisfit(noise.id, option, task) ? `not for ${modality} data` : null
                }
                onChange={(choice) => write(noises.map((old, i) => (i === index ? choice : old)))}
              />
            </div>
          );
        })}
        {noises.length < MAX_NOISES && (
          <select
            className="add"
            aria-label="Add noise"
            value=""
            onChange={(event) => add(event.target.value as NoiseId)}
          >
            <option value="">+ Add noise</option>
            {offered.map((card) => (
              <option key={card.id} value={card.id} disabled={mixingMisfit(card.id, experiment) !== null}>
                {mixingMisfit(card.id, experiment) ? `${card.label} (not below a frozen backbone)` : card.label}
              </option>
            ))}
          </select>
        )}
        <span className="sr-only" role="status">
          {said}
        </span>
      </fieldset>
    </LockGroup>
  );
}

/** The sites at which a noise can enter for this kind of data. */
function placesOf(id: NoiseId, modality: Modality): string[] {
  const { fits } = cardById(NOISES, id);
  return SITES.filter((site) => (fits as Partial<Record<string, readonly Modality[]>>)[site]?.includes(modality));
}
