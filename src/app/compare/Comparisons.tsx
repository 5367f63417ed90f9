import { lazy, Suspense, useDeferredValue, useMemo } from "react";
import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { useChosenRuns } from "../stores/chosen-runs.ts";
import { ConfigurationCard } from "./ConfigurationCard.tsx";
import { comparedBy, useCompareStore } from "./compare-store.ts";
import { runFields } from "./listing/fields.ts";
import { sidesOf } from "./sides.ts";
import { Versus } from "./versus/Versus.tsx";

const CurvesCard = lazy(() => import("./curves/CurvesCard.tsx").then((module) => ({ default: module.CurvesCard })));

/** As many columns of settings can be read side by side, and as many names in a list. */
const MAX_SIDES = 12;

/** The chosen runs compared: curves, settings, predictions. A box is ticked before all of it is drawn anew. */
export function Comparisons({ runs }: { runs: readonly RunEntry[] }) {
  const selected = useDeferredValue(useChosenRuns((state) => state.selected));
  const groupBy = useDeferredValue(useCompareStore((state) => state.groupBy));
  const all = useDeferredValue(runs);
  const chosen = useMemo(() => {
    const ids = new Set(selected);
    return all.filter(({ runId }) => ids.has(runId)).toReversed();
  }, [all, selected]);
  const everySide = useMemo(() => sidesOf(chosen, comparedBy(groupBy), runFields(chosen)), [chosen, groupBy]);
  const sides = useMemo(() => everySide.slice(0, MAX_SIDES), [everySide]);
  if (chosen.length === 0) return null;
  return (
    <div className="comparisons">
      {everySide.length > MAX_SIDES && (
        <p className="hint whole">
          Of the {everySide.length} that are chosen the first {MAX_SIDES} are compared. Choose fewer, or group them.
        </p>
      )}
      <Suspense fallback={<section className="card chart-placeholder" aria-busy="true" />}>
        <CurvesCard sides={sides} />
      </Suspense>
      {chosen.length > 1 && <ConfigurationCard sides={sides} />}
      <Versus sides={sides} />
    </div>
  );
}
