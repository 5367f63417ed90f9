import type { Experiment } from "../../shared/experiment.ts";
import type { View } from "../../shared/protocol.ts";
import type { Inputs } from "../data/dataset.ts";
import type { Tensor2D } from "../tf.ts";

/** Which noisy views of an item are meant. */
export interface ViewRequest {
  readonly experiment: Experiment;
  readonly inputs: Inputs;
  readonly item: number;
  readonly count: number;
  /** Another number, other draws; training's bank is 0. */
  readonly draw: number;
}

/** A pretrained backbone that stays as it is, loaded and ready. */
export interface FrozenBackbone {
  readonly featureSize: number;
  readonly parameters: number;
  /** Items that one call of `encode` handles well. */
  readonly itemsPerCall: number;
  /**
   * Features of items, each as its clean input followed by `views` noisy ones: [items * (1 + views), featureSize].
   * The caller disposes them.
   */
  encode(experiment: Experiment, inputs: Inputs, items: Int32Array, views: number, draw: number): Tensor2D;
  /** The noisy views as they can be drawn. */
  show(request: ViewRequest): Promise<View[]>;
  dispose(): void;
}
