import type { HostParam, HostParams } from "../models/model.ts";
import type { Insertion } from "../models/transformer/insertion.ts";
import type { TransformerConfig } from "../pretrained/config.ts";
import type { Stream } from "../rng.ts";

/**
 * The mathematics of a way to tune a pretrained transformer: which parameters are trained, and how those of its own enter
 * the forward pass. What is not trained stays on the device as it was and is no part of theta.
 */
export interface TuningBuild<P> {
  /** Whether a parameter of the pretrained backbone is trained itself. @param name of `parameterShapes` */
  trains(name: string, config: TransformerConfig, parameters: P): boolean;
  /** First values of its own parameters, named below their layers (`backbone.layer_0. ...`). */
  init?(config: TransformerConfig, parameters: P, stream: Stream): HostParams;
  insertion?(config: TransformerConfig, parameters: P): Insertion;
  /**
   * A pretrained parameter with its own added in, so that the plain forward pass computes the same. Left out where it has
   * none of its own; null where a plain transformer cannot compute the same.
   */
  merged?: ((name: string, pretrained: HostParam, trained: HostParams, parameters: P) => HostParam) | null;
}
