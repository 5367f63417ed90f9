import { useEffect, useState } from "react";
import type { ComparedSides } from "../../../shared/compare-calls.ts";
import type { Comparison } from "../../../shared/statistics/comparison/comparison.ts";
import { asEngineError, engine } from "../../engine-client.ts";
import type { Side } from "../sides.ts";

/** Longer names would hide what the verdict says; A and B stand right above it. */
const SHORT = 16;

/** A comparison's question, as the engine takes it. */
export function asked(a: Side, b: Side, split: ComparedSides["split"]): ComparedSides {
  const short = a.name.length <= SHORT && b.name.length <= SHORT && a.name !== b.name;
  return {
    a: { name: short ? a.name : "A", runIds: a.runs.map(({ runId }) => runId) },
    b: { name: short ? b.name : "B", runIds: b.runs.map(({ runId }) => runId) },
    split,
  };
}

export type Answer =
  | { readonly state: "asking" }
  | { readonly state: "failed"; readonly message: string }
  | { readonly state: "answered"; readonly question: string; readonly comparison: Comparison };

/** Asks the engine to compare, anew with every other question; an old answer stays until the new one comes. */
export function useComparison(question: ComparedSides): Answer {
  const [answer, setAnswer] = useState<Answer>({ state: "asking" });
  const text = JSON.stringify(question);
  useEffect(() => {
    const abort = new AbortController();
    engine
      .call("compare.runs", JSON.parse(text) as ComparedSides, { signal: abort.signal })
      .then((comparison) => setAnswer({ state: "answered", question: text, comparison }))
      .catch((cause: unknown) => {
        const { kind, message } = asEngineError(cause);
        if (kind !== "cancelled") setAnswer({ state: "failed", message });
      });
    return () => abort.abort();
  }, [text]);
  return answer;
}
