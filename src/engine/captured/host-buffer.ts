import { destroyBuffer, ownBuffer } from "../gpu.ts";
import type { Batch } from "../train/batches.ts";
import { contentKey } from "./content.ts";
import type { Feed, Recording } from "./recording.ts";

const USAGE = 0x80 | 0x40 | 0x8; // GPUBufferUsage STORAGE | UNIFORM | COPY_DST

/**
 * All that the host gives the dispatches of a recording, in one buffer, which they only read: first the feeds, written
 * anew before every step in one piece; then uniforms and constants, the same content once.
 */
export class HostBuffer {
  readonly #buffer: GPUBuffer;
  readonly #feeds: readonly Feed[];
  /** What is written before a step. */
  readonly #written: ArrayBuffer;
  readonly #views: readonly (Int32Array | Float32Array)[];
  readonly #feedBindings: readonly GPUBufferBinding[];
  readonly #fixed = new Map<string | Uint8Array, GPUBufferBinding>();

  constructor(
    readonly device: GPUDevice,
    recording: Recording,
  ) {
    const { values, dispatches, feeds } = recording;
    const { minUniformBufferOffsetAlignment, minStorageBufferOffsetAlignment } = device.limits;
    const align = Math.max(minUniformBufferOffsetAlignment, minStorageBufferOffsetAlignment);
    let size = 0;
    const reserve = (bytes: number): number => {
      const offset = size;
      size += align * Math.ceil(bytes / align);
      return offset;
    };
    const offsets = feeds.map(({ length }) => reserve(4 * length));
    const written = size;
    const fixed = new Map<string | Uint8Array, { content: Uint8Array<ArrayBuffer>; offset: number }>();
    const used = new Set(dispatches.flatMap(({ reads }) => reads));
    const constants = [...used].flatMap((id) => {
      const value = values[id];
      return value?.kind === "constant" ? [value.content] : [];
    });
    for (const content of [...dispatches.map(({ uniforms }) => uniforms), ...constants]) {
      const key = contentKey(content);
      if (content.length > 0 && !fixed.has(key)) fixed.set(key, { content, offset: reserve(content.length) });
    }
    const buffer = ownBuffer({ label: "host's numbers", size: Math.max(4, size), usage: USAGE });
    for (const [key, { content, offset }] of fixed) {
      device.queue.writeBuffer(buffer, offset, content);
      this.#fixed.set(key, { buffer, offset, size: content.length });
    }
    this.#buffer = buffer;
    this.#feeds = feeds;
    this.#written = new ArrayBuffer(written);
    this.#views = feeds.map(({ dtype, length }, i) =>
      dtype === "int32"
        ? new Int32Array(this.#written, offsets[i], length)
        : new Float32Array(this.#written, offsets[i], length),
    );
    this.#feedBindings = feeds.map(({ length }, i) => ({ buffer, offset: offsets[i] as number, size: 4 * length }));
  }

  /** Where the content of uniforms or of a constant lies. */
  fixed(content: Uint8Array<ArrayBuffer>): GPUBufferBinding {
    return this.#fixed.get(contentKey(content)) as GPUBufferBinding;
  }

  /** Where a feed lies. */
  fed(feed: number): GPUBufferBinding {
    return this.#feedBindings[feed] as GPUBufferBinding;
  }

  /** Writes the numbers of a step. */
  fill(batch: Batch, step: number): void {
    for (const [i, view] of this.#views.entries()) view.set((this.#feeds[i] as Feed).of(batch, step));
    if (this.#written.byteLength > 0) this.device.queue.writeBuffer(this.#buffer, 0, this.#written);
  }

  dispose(): void {
    destroyBuffer(this.#buffer);
  }
}
