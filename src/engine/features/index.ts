import type { Experiment } from "../../shared/experiment.ts";
import type { View } from "../../shared/protocol.ts";
import type { Inputs } from "../data/dataset.ts";
import type { FrozenFeatures } from "./frozen-features.ts";
import { itemInputs } from "./item-inputs.ts";

/** The frozen backbones of a session. */
export interface FrozenBackbones extends FrozenFeatures {
  /** One item's inputs on their own, for the lens, with what only its backbone can draw. */
  lone(
    experiment: Experiment,
    inputs: Inputs,
    item: number,
    draw: number,
  ): Promise<{ inputs: Inputs; frozen: FrozenFeatures; tokenViews: View[] | null }>;
  /** Lets go of what lives on the device. */
  release(): void;
}

export function createFrozenFeatures(): FrozenBackbones {
  const frozen: FrozenBackbones = {
    encode: async ({ backbone }) => {
      throw new Error(`The backbone "${backbone.id}" is not available.`);
    },
    lone: async (_experiment, inputs, item) => ({ inputs: itemInputs(inputs, item), frozen, tokenViews: null }),
    release: () => {},
  };
  return frozen;
}
