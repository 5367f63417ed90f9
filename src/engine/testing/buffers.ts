import { vi } from "vitest";

/** Buffers that devices make and destroy, from now until `stop`. */
export interface WatchedBuffers {
  /** How many were made in the meantime and are still there. */
  alive(): number;
  /** Bytes of those, and the most that they have ever been together. */
  bytes(): number;
  peakBytes(): number;
  stop(): void;
}

export function watchBuffers(): WatchedBuffers {
  const sizes = new Map<GPUBuffer, number>();
  let bytes = 0;
  let peak = 0;
  const { createBuffer } = GPUDevice.prototype;
  const { destroy } = GPUBuffer.prototype;
  const create = vi.spyOn(GPUDevice.prototype, "createBuffer").mockImplementation(function (
    this: GPUDevice,
    descriptor,
  ) {
    const buffer = createBuffer.call(this, descriptor);
    sizes.set(buffer, descriptor.size);
    bytes += descriptor.size;
    peak = Math.max(peak, bytes);
    return buffer;
  });
  const end = vi.spyOn(GPUBuffer.prototype, "destroy").mockImplementation(function (this: GPUBuffer) {
    bytes -= sizes.get(this) ?? 0;
    sizes.delete(this);
    return destroy.call(this);
  });
  return {
    alive: () => sizes.size,
    bytes: () => bytes,
    peakBytes: () => peak,
    stop: () => {
      create.mockRestore();
      end.mockRestore();
    },
  };
}
