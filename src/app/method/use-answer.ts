import { useEffect, useRef, useState } from "react";
import type { Arguments, CallName, Result } from "../../shared/protocol.ts";
import { asEngineError, engine } from "../engine-client.ts";
import { useRunStore } from "../stores/run-store.ts";

/** How long a question must rest before it is asked, so that a slider's way is not computed step by step. */
const DEBOUNCE_MS = 120;

/** The last answer of the engine; it stays while the next one is computed. */
export interface Answer<N extends CallName> {
  readonly result: Result<N> | null;
  /** What the result answers: labels must be its own, not those of a question still under way. */
  readonly question: Arguments<N> | null;
  readonly error: string | null;
}

/**
 * What the engine answers to a question; null asks nothing and keeps the last answer. One question is under way at a
 * time and the latest wins. @param version another one asks the same of other weights
 */
export function useAnswer<N extends CallName>(name: N, question: Arguments<N> | null, version: number): Answer<N> {
  const [answer, setAnswer] = useState<Answer<N>>({ result: null, question: null, error: null });
  const wanted = question === null ? null : JSON.stringify([version, question]);
  const latest = useRef<string | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => {
    latest.current = wanted;
    if (wanted === null) return;
    const timer = setTimeout(() => {
      if (abort.current === null) void answerAll();
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);

    async function answerAll(): Promise<void> {
      const mine = new AbortController();
      abort.current = mine;
      let asked: string | null = null;
      while (latest.current !== null && latest.current !== asked && !mine.signal.aborted) {
        asked = latest.current;
        const [, given] = JSON.parse(asked) as [number, Arguments<N>];
        try {
          const result = await engine.call(name, given, { signal: mine.signal });
          setAnswer({ result, question: given, error: null });
        } catch (cause) {
          const failure = asEngineError(cause);
          if (failure.kind !== "cancelled") setAnswer({ result: null, question: given, error: failure.message });
        }
      }
      abort.current = null;
    }
  }, [name, wanted]);
  useEffect(
    () => () => {
      latest.current = null;
      abort.current?.abort();
    },
    [],
  );
  return answer;
}

/**
 * A number that changes when the weights in use have, at most once in `everyMs`; it stands still while `enabled` is
 * false, and catches up after that.
 */
export function useWeightsVersion(everyMs: number, enabled: boolean): number {
  const [version, setVersion] = useState(0);
  const seen = useRef("");
  useEffect(() => {
    if (!enabled) return;
    let timer: ReturnType<typeof setTimeout> | null = null;
    let last = 0;
    const take = () => {
      timer = null;
      const now = weightsNow();
      if (now === seen.current) return;
      seen.current = now;
      last = Date.now();
      setVersion((before) => before + 1);
    };
    take();
    const end = useRunStore.subscribe(() => {
      timer ??= setTimeout(take, Math.max(0, last + everyMs - Date.now()));
    });
    return () => {
      end();
      if (timer !== null) clearTimeout(timer);
    };
  }, [everyMs, enabled]);
  return version;
}

function weightsNow(): string {
  const { current, modelRunId } = useRunStore.getState();
  return [modelRunId, current?.runId, current?.lastStep?.step, current?.phase === "running"].join();
}
