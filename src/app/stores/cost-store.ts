import { create } from "zustand";
import type { CostEstimate } from "../../shared/protocol.ts";
import { asEngineError, engine } from "../engine-client.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { useRunStore } from "./run-store.ts";

export interface CostState {
  /** The last measurement and what it was made for. */
  estimate: { cost: CostEstimate; of: string } | null;
  measuring: boolean;
  error: string | null;
  /** Trains a few throw-away steps with K and with K = 1 and takes the time. */
  measure: () => Promise<void>;
}

/** What a measurement depends on; another value makes it outdated. */
export const costKey = (experiment: object, backend: string): string => JSON.stringify([experiment, backend]);

export const useCostStore = create<CostState>()((set) => ({
  estimate: null,
  measuring: false,
  error: null,
  measure: async () => {
    const { experiment } = useExperimentStore.getState();
    const { backendChoice: backend } = useRunStore.getState();
    set({ measuring: true, error: null });
    try {
      const cost = await engine.call("train.estimate", { experiment, backend });
      set({ estimate: { cost, of: costKey(experiment, backend) }, measuring: false });
    } catch (error) {
      set({ measuring: false, error: asEngineError(error).message });
    }
  },
}));
