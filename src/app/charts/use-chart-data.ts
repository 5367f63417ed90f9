import { useEffect, useMemo, useState } from "react";
import type { CurrentRun, RecordedRun } from "../stores/current-run.ts";
import { useRunStore } from "../stores/run-store.ts";

/** Charts are redrawn at most four times a second: drawing 500 points costs tens of milliseconds. */
const REDRAW_MS = 250;

interface ChartData {
  run: CurrentRun | null;
  overlaid: readonly RecordedRun[];
}

/** The current run as it was at the last redraw, and the earlier runs chosen to be drawn over it. */
export function useChartData(): ChartData {
  const [run, setRun] = useState(useRunStore.getState().current);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let last = 0;
    const draw = () => {
      timer = null;
      last = Date.now();
      setRun(useRunStore.getState().current);
    };
    draw();
    const end = useRunStore.subscribe((state, before) => {
      if (state.current === before.current || timer !== null) return;
      timer = setTimeout(draw, Math.max(0, last + REDRAW_MS - Date.now()));
    });
    return () => {
      end();
      if (timer !== null) clearTimeout(timer);
    };
  }, []);
  const runs = useRunStore((state) => state.runs);
  const records = useRunStore((state) => state.records);
  const chosen = useRunStore((state) => state.overlaid);
  const overlaid = useMemo(
    () =>
      runs.flatMap(({ runId, name }) => {
        const record = chosen.includes(runId) && runId !== run?.runId ? records[runId] : undefined;
        return record ? [{ runId, name, record }] : [];
      }),
    [runs, records, chosen, run?.runId],
  );
  return { run, overlaid };
}
