import { useRunStore } from "../stores/run-store.ts";

/** A run whose model can be held against its own held-out items. */
export interface HeldOutRun {
  readonly runId: string;
  readonly ended: boolean;
  readonly epochs: number;
  readonly validation: number;
  readonly test: number;
}

/** The run whose weights are in use; null where there is none, or where they came from a file. */
export function useHeldOutRun(): HeldOutRun | null {
  const modelRunId = useRunStore((state) => state.modelRunId);
  const current = useRunStore((state) => (state.current?.runId === state.modelRunId ? state.current : null));
  const record = useRunStore((state) => state.records[state.modelRunId ?? ""] ?? null);
  if (modelRunId === null) return null;
  if (record) {
    const { validation, test } = record.dataset;
    return { runId: modelRunId, ended: true, epochs: record.epochs.length, validation, test };
  }
  if (!current) return null;
  const { validation, test } = current.dataset;
  return { runId: modelRunId, ended: false, epochs: current.epochs.length, validation, test };
}
