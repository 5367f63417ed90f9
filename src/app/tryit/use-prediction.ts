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
  /** What was asked; null where nothing was. */
  readonly question: Question | null;
  readonly prediction: Prediction | null;
  readonly error: EngineCallError | null;
}

const NOTHING: Answer = { question: null, prediction: null, error: null };

/**
 * The model's answer to a question, asked when the question has rested for a moment; null asks nothing. One question
 * is under way at a time and the latest wins, so that a slow engine still answers while questions keep coming.
 */
export function usePrediction(question: Question | null): Answer {
  const [answer, setAnswer] = useState(NOTHING);
  const latest = useRef(question);
  const busy = useRef(false);
  useEffect(() => {
    latest.current = question;
    const timer = setTimeout(() => {
      if (question === null) setAnswer(NOTHING);
      else if (!busy.current) void answerAll();
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);

    async function answerAll(): Promise<void> {
      busy.current = true;
      let asked: Question | null = null;
      while (latest.current !== null && latest.current !== asked) {
        asked = latest.current;
        const given = await ask(asked);
        if (given && latest.current?.runId === asked.runId) setAnswer(given);
      }
      busy.current = false;
    }
  }, [question]);
  useEffect(() => {
    return () => {
      latest.current = null;
    };
  }, []);
  return question !== null && answer.question?.runId === question.runId ? answer : NOTHING;
}

async function ask(question: Question): Promise<Answer | null> {
  const { runId, input, draw } = question;
  try {
    return { question, prediction: await engine.call("model.predict", { runId, input, draw }), error: null };
  } catch (cause) {
    const error = asEngineError(cause);
    return error.kind === "cancelled" ? null : { question, prediction: null, error };
  }
}

/** What a screen reader is told: the answer to each input and draw, not every figure that moves while training goes on. */
export function useSpoken({ question }: Answer, text: string): string {
  const [spoken, setSpoken] = useState<{ of: Question | null; text: string }>({ of: null, text: "" });
  const isNew = question?.input !== spoken.of?.input || question?.draw !== spoken.of?.draw;
  if (isNew) setSpoken({ of: question, text });
  return isNew ? text : spoken.text;
}
