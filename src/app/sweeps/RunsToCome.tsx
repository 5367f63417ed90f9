import { pointWords } from "../../shared/sweep/words.ts";
import { useSweepStore } from "../stores/sweeps/sweep-store.ts";
import { plural } from "../ui/format.ts";
import type { SweepReading } from "./use-sweep.ts";

const SHOWN = 100;

/** The runs that are still to be trained, in order; any can be left out. */
export function RunsToCome({ reading: { sweep, plan, standing } }: { reading: SweepReading }) {
  const takeOut = useSweepStore((state) => state.takeOut);
  const { toCome } = standing;
  if (toCome.length === 0) return null;
  return (
    <details className="sweep-to-come">
      <summary>{plural(toCome.length, "run")} to come</summary>
      <ol>
        {toCome.slice(0, SHOWN).map((point) => {
          const configuration = plan.configurations[point.configuration];
          const words = configuration ? pointWords(configuration, point) : "";
          return (
            <li key={point.index}>
              {words}
              <button
                type="button"
                className="ghost"
                aria-label={`Leave out ${words}`}
                onClick={() => takeOut(sweep.id, point.index)}
              >
                Leave out
              </button>
            </li>
          );
        })}
        {toCome.length > SHOWN && <li>and {toCome.length - SHOWN} more</li>}
      </ol>
    </details>
  );
}
