import { useEffect, useMemo, useState } from "react";
import type { ModelSummary } from "../../shared/protocol.ts";
import { asEngineError, engine } from "../engine-client.ts";
import { isActive } from "../stores/current-run.ts";
import { useModelStore } from "../stores/model-store.ts";
import { useRunStore } from "../stores/run-store.ts";

/** While training a prediction follows the weights this often. */
const FOLLOW_MS = 1_000;

/** A model that can be tried. */
export interface Triable {
  runId: string;
  name: string;
  kind: "training" | "trained" | "loaded";
}

/** The model in training, those of ended runs, and those from files. */
export function useTriables(): Triable[] {
  // A run has weights from the moment when it knows its steps.
  const training = useRunStore(({ current }) => (isActive(current) && current.totalSteps > 0 ? current.runId : null));
  const trainingName = useRunStore(({ current }) => current?.name ?? "");
  const runs = useRunStore((state) => state.runs);
  const loaded = useModelStore((state) => state.loaded);
  return useMemo(
    () => [
      ...(training === null ? [] : [{ runId: training, name: trainingName, kind: "training" as const }]),
      ...runs
        .filter(({ runId, hasWeights }) => hasWeights && runId !== training)
        .map(({ runId, name }) => ({ runId, name, kind: "trained" as const }))
        .reverse(),
      ...loaded.map(({ runId, name }) => ({ runId, name, kind: "loaded" as const })),
    ],
    [training, trainingName, runs, loaded],
  );
}

/** What the engine says of a model; until it has answered, what it said of the one before, so that nothing jumps. */
export function useModelSummary(runId: string | null): { summary: ModelSummary | null; error: string | null } {
  const [summary, setSummary] = useState<ModelSummary | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    if (runId === null) return;
    const abort = new AbortController();
    engine
      .call("model.describe", { runId }, { signal: abort.signal })
      .then((answer) => {
        setSummary(answer);
        setError(null);
      })
      .catch((cause: unknown) => {
        const failure = asEngineError(cause);
        if (failure.kind !== "cancelled") setError(failure.message);
      });
    return () => abort.abort();
  }, [runId]);
  if (runId === null) return { summary: null, error: null };
  return { summary: error === null ? summary : null, error };
}

/** A number that changes when a model's weights have, at most once in {@link FOLLOW_MS} while they stream. */
export function useModelVersion(runId: string): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    let last = 0;
    return useRunStore.subscribe(({ current }, before) => {
      if (current?.runId !== runId) return;
      const settled = current.phase !== before.current?.phase;
      const moved = current.lastStep !== before.current?.lastStep;
      if (!settled && !(moved && Date.now() - last > FOLLOW_MS)) return;
      last = Date.now();
      setVersion((value) => value + 1);
    });
  }, [runId]);
  return version;
}
