import { lazy, Suspense, useMemo } from "react";
import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { useChosenRuns } from "../stores/chosen-runs.ts";
import { ConfigurationCard } from "./ConfigurationCard.tsx";
import { comparedBy, useCompareStore } from "./compare-store.ts";
import { sidesOf } from "./sides.ts";
import { runFields } from "./table/fields.ts";
import { Versus } from "./versus/Versus.tsx";

const CurvesCard = lazy(() => import("./curves/CurvesCard.tsx").then((module) => ({ default: module.CurvesCard })));

/** The chosen runs compared: curves, settings, predictions. */
export function Comparisons({ runs }: { runs: readonly RunEntry[] }) {
  const selected = useChosenRuns((state) => state.selected);
  const groupBy = useCompareStore((state) => state.groupBy);
  const chosen = useMemo(() => {
    const ids = new Set(selected);
    return runs.filter(({ runId }) => ids.has(runId)).toReversed();
  }, [runs, selected]);
  const sides = useMemo(() => sidesOf(chosen, comparedBy(groupBy), runFields(chosen)), [chosen, groupBy]);
  if (chosen.length === 0) return null;
  return (
    <div className="comparisons">
      <Suspense fallback={<section className="card chart-placeholder" aria-busy="true" />}>
        <CurvesCard sides={sides} />
      </Suspense>
      {chosen.length > 1 && <ConfigurationCard sides={sides} />}
      <Versus sides={sides} />
    </div>
  );
}
