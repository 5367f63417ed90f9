import { destroyBuffer, readNumbers, storageBuffer } from "./gpu.ts";

/** Losses that can wait on the device to be read. */
const LENGTH = 4096;

/** Losses of steps on the device, each in its place in turn, to be read together. */
export class LossRing {
  readonly buffer = storageBuffer(LENGTH, "losses");
  #taken = 0;
  #read = 0;

  /**
   * The place of the next loss.
   * @throws Error where as many wait to be read as there are places
   */
  next(): number {
    if (this.#taken - this.#read >= LENGTH) throw new Error(`More than ${LENGTH} losses wait to be read.`);
    return this.#taken++ % LENGTH;
  }

  /** Those that came since the last reading, in order, in one readback. */
  async read(): Promise<Float32Array> {
    const [from, to] = [this.#read, this.#taken];
    this.#read = to;
    const start = from % LENGTH;
    const head = Math.min(to - from, LENGTH - start);
    return readNumbers(this.buffer, [
      [start, head],
      [0, to - from - head],
    ]);
  }

  dispose(): void {
    destroyBuffer(this.buffer);
  }
}
