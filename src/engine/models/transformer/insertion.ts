import type { Tensor, Tensor2D } from "../../tf.ts";
import type { Context, Params } from "../model.ts";

/** Keys and values that stand before those of the tokens, the same for every row: [n, hidden] each. */
export interface Prefix {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/** A dense layer in its pass: x [rows * tokens, inputs] -> y [rows * tokens, outputs]. */
export interface Projected {
  /** Such as `backbone.layer_0.attention.query`. */
  readonly name: string;
  readonly x: Tensor2D;
  readonly y: Tensor2D;
  readonly rows: number;
}

/**
 * Where a tuning method enters the forward pass; what it leaves out stays as it is. Its own parameters lie in `params`
 * under names that begin with those of their layers.
 */
export interface Insertion {
  /** What a dense layer of a block gives, instead of its y. */
  projection?(params: Params, projected: Projected, context: Context): Tensor2D;
  /** What stands before the keys and values of layer i. */
  prefix?(params: Params, layer: number): Prefix;
  /**
   * What a sub-layer gives, before it is added to what entered it: x [rows * tokens, hidden] -> the same shape.
   * @param name such as `backbone.layer_0.attention` or `backbone.layer_0.feed_forward`
   */
  afterSubLayer?(params: Params, name: string, x: Tensor2D): Tensor2D;
  /** Whether layer i draws masks by `context.dropout`, so that each repeat must go through it by itself. */
  draws?(layer: number): boolean;
}

/** A backbone that is as it was. */
export const NO_INSERTION: Insertion = {};
