import { create } from "zustand";
import type { Arguments, Result } from "../../shared/protocol.ts";
import { asEngineError, engine, type Progress } from "../engine-client.ts";

/** Calls that cost enough to be asked for by a button. */
type Measured = "method.gradient" | "method.inference";

/** A measurement that was asked for; it goes on, and its result stays, while another panel is open. */
export interface Measurement<N extends Measured> {
  readonly result: Result<N> | null;
  /** What the result was measured for, as {@link measuredFor} writes it. */
  readonly of: string | null;
  readonly progress: Progress | null;
  readonly measuring: boolean;
  readonly error: string | null;
}

type MeasurementState = { readonly [N in Measured]: Measurement<N> };

const NOTHING = { result: null, of: null, progress: null, measuring: false, error: null } as const;

export const useMeasurementStore = create<MeasurementState>()(() => ({
  "method.gradient": NOTHING,
  "method.inference": NOTHING,
}));

const under: Partial<Record<Measured, AbortController>> = {};

/** What a result depends on: another text makes it one of earlier settings or weights. */
export const measuredFor = (...parts: readonly unknown[]): string => JSON.stringify(parts);

/** Measures in the engine; the last result stays in sight until the new one comes. */
export async function measure<N extends Measured>(name: N, question: Arguments<N>, of: string): Promise<void> {
  if (useMeasurementStore.getState()[name].measuring) return;
  const abort = new AbortController();
  under[name] = abort;
  const change = (patch: Partial<Measurement<N>>) =>
    useMeasurementStore.setState((state) => ({ [name]: { ...state[name], ...patch } }) as Partial<MeasurementState>);
  change({ measuring: true, error: null, progress: null });
  try {
    const onProgress = (progress: Progress) => change({ progress });
    const result = await engine.call(name, question, { signal: abort.signal, onProgress });
    change({ result, of, measuring: false });
  } catch (cause) {
    const failure = asEngineError(cause);
    change({ measuring: false, error: failure.kind === "cancelled" ? null : failure.message });
  }
}

export const cancelMeasurement = (name: Measured): void => under[name]?.abort();
