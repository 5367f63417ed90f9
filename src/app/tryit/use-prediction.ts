import { useEffect, useRef, useState } from "react";
import type { Input } from "../../shared/dataset.ts";
import type { Prediction } from "../../shared/protocol.ts";
import { asEngineError, type EngineCallError, engine } from "../engine-client.ts";

/** How long a typist must pause before the model is asked. */
const DEBOUNCE_MS = 250;

/** What a model is asked; another `version` asks the same of other weights. */
export interface Question {
  readonly runId: string;
  readonly input: Input;
  readonly draw: number;
  readonly version: number;
}

interface Answer {
  readonly prediction: Prediction | null;
  readonly error: EngineCallError | null;
}

const NOTHING: Answer = { prediction: null, error: null };

/**
 * The model's answer to a question, asked when the question has rested for a moment; null asks nothing. One question
 * is under way at a time and the latest wins, so that a slow engine still answers while questions keep coming.
 */
export function usePrediction(question: Question | null): Answer {
  const [answer, setAnswer] = useState<Answer & { runId: string | null }>({ ...NOTHING, runId: null });
  const latest = useRef(question);
  const busy = useRef(false);
  useEffect(() => {
    latest.current = question;
    const timer = setTimeout(() => {
      if (question === null) setAnswer({ ...NOTHING, runId: null });
      else if (!busy.current) void answerAll();
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);

    async function answerAll(): Promise<void> {
      busy.current = true;
      let asked: Question | null = null;
      while (latest.current !== null && latest.current !== asked) {
        asked = latest.current;
        const { runId, input, draw } = asked;
        const given = await ask(runId, input, draw);
        if (given && latest.current?.runId === runId) setAnswer({ ...given, runId });
      }
      busy.current = false;
    }
  }, [question]);
  useEffect(() => {
    return () => {
      latest.current = null;
    };
  }, []);
  return question !== null && answer.runId === question.runId ? answer : NOTHING;
}

async function ask(runId: string, input: Input, draw: number): Promise<Answer | null> {
  try {
    return { prediction: await engine.call("model.predict", { runId, input, draw }), error: null };
  } catch (cause) {
    const error = asEngineError(cause);
    return error.kind === "cancelled" ? null : { prediction: null, error };
  }
}
