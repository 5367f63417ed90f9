import type { HostParams, Params } from "../models/model.ts";
import { type Tensor, type Tensor1D, tf } from "../tf.ts";

interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/**
 * Where each named parameter lies in the one flat vector theta that optimizers update. Names are sorted, so that
 * the layout does not depend on the order in which a model makes its parameters.
 */
export class ParameterLayout {
  readonly slots: readonly Slot[];
  readonly size: number;

  constructor(params: HostParams) {
    let offset = 0;
    this.slots = Object.keys(params)
      .sort()
      .map((name) => {
        const { shape, values } = params[name] as HostParams[string];
        const slot = { name, shape, offset, size: values.length };
        offset += values.length;
        return slot;
      });
    this.size = offset;
  }

  /** Named values -> theta [size], on the host. */
  flatten(params: HostParams): Float32Array {
    const theta = new Float32Array(this.size);
    for (const { name, offset } of this.slots) theta.set((params[name] as HostParams[string]).values, offset);
    return theta;
  }

  /** theta [size] -> one tensor a parameter, in the order of the slots. */
  split(theta: Tensor): Tensor[] {
    return this.slots.map(({ offset, size, shape }) =>
      tf.reshape(tf.slice(theta as Tensor1D, offset, size), [...shape]),
    );
  }

  /** Tensors in the order of the slots -> a named map. */
  name(tensors: readonly Tensor[]): Params {
    return Object.fromEntries(this.slots.map(({ name }, i) => [name, tensors[i] as Tensor]));
  }

  /** Gradients in the order of the slots -> [size]; a parameter that the loss does not reach has gradient 0. */
  concat(gradients: readonly (Tensor | null | undefined)[]): Tensor {
    return tf.concat(
      this.slots.map(({ size }, i) => {
        const gradient = gradients[i];
        return gradient ? tf.reshape(gradient, [size]) : tf.zeros([size]);
      }),
    );
  }

  /** theta on the host -> named values. */
  unflatten(theta: Float32Array): HostParams {
    return Object.fromEntries(
      this.slots.map(({ name, shape, offset, size }) => [name, { shape, values: theta.slice(offset, offset + size) }]),
    );
  }
}
