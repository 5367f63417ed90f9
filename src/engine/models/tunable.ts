import type { Tuning } from "../../shared/plugins/tunings/index.ts";
import type { BackboneInput, TrainableBackbone } from "./model.ts";

/** A token as a backbone reads it. */
export interface ReadToken {
  readonly id: number;
  /** As it stands in the text, the space before it included. */
  readonly text: string;
  /** One that the backbone wants around every text: no noise takes it away. */
  readonly special: boolean;
}

/** Cuts texts into the tokens that a backbone reads. */
export interface TokenReader {
  /** Ids are below this. */
  readonly vocabulary: number;
  /** The tokens of a text, as many as the backbone reads, special ones included, and how many are left out. */
  read(text: string): { readonly tokens: readonly ReadToken[]; readonly beyond: number };
}

/**
 * A pretrained backbone that can be tuned. Its weights are on the host; those that stay as they are lie on each device
 * once, whatever is built there.
 */
export interface Tunable {
  /** Names backbone and weights: equal identities, equal features. */
  readonly identity: string;
  /** Weights of the whole backbone. */
  readonly parameters: number;
  /** Null for a backbone of images. */
  readonly reader: TokenReader | null;
  /**
   * The backbone as a tuning method trains it on the current backend.
   * @param rows that go through it in a step, by which it may decide what the step keeps; all where it is left out
   */
  build(tuning: Tuning, input: BackboneInput, rows?: number): TrainableBackbone;
  /** Lets go of what lies on devices. */
  release(): void;
}
