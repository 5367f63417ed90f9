import { type Tensor, tf } from "../tf.ts";
import { readOut } from "./read-out.ts";

/** Losses [] that wait on the device, to be read together. */
export class DeviceLosses {
  #waiting: Tensor[] = [];

  add(loss: Tensor): void {
    this.#waiting.push(loss);
  }

  /** All that wait, in order, in one readback. */
  async read(): Promise<Float32Array> {
    const losses = this.#waiting;
    if (losses.length === 0) return new Float32Array();
    this.#waiting = [];
    const stacked = tf.tidy(() => tf.stack(losses));
    tf.dispose(losses);
    return readOut(stacked);
  }

  dispose(): void {
    tf.dispose(this.#waiting);
    this.#waiting = [];
  }
}
