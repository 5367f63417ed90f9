import type { GpuCounts } from "../protocol.ts";

let dispatches = 0;
let submits = 0;
let bufferCreations = 0;
let uploadBytes = 0;
let readbacks = 0;
let liveBytes = 0;
let peakDeviceBytes = 0;
const sizes = new WeakMap<GPUBuffer, number>();

/** Counts since the worker began; take two and subtract. */
export const gpuCounts = (): GpuCounts => ({
  dispatches,
  submits,
  bufferCreations,
  uploadBytes,
  readbacks,
  peakDeviceBytes,
});

/** What was counted between two moments; the peak is the later one's. */
export const countsBetween = (before: GpuCounts, after: GpuCounts): GpuCounts => ({
  dispatches: after.dispatches - before.dispatches,
  submits: after.submits - before.submits,
  bufferCreations: after.bufferCreations - before.bufferCreations,
  uploadBytes: after.uploadBytes - before.uploadBytes,
  readbacks: after.readbacks - before.readbacks,
  peakDeviceBytes: after.peakDeviceBytes,
});

/**
 * Puts counters in front of WebGPU's methods in this worker, whoever calls them. To be called before any engine is
 * loaded, since an engine may keep a method. A buffer that is dropped without destroy() counts as held.
 */
export function countWebGpu(): void {
  if (typeof GPUDevice === "undefined") return;
  before(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => {
    dispatches += 1;
  });
  before(GPUComputePassEncoder.prototype, "dispatchWorkgroupsIndirect", () => {
    dispatches += 1;
  });
  before(GPUQueue.prototype, "submit", () => {
    submits += 1;
  });
  before(GPUQueue.prototype, "writeBuffer", (_buffer, _at, data, offset, size) => {
    uploadBytes += writtenBytes(data as Exclude<GPUAllowSharedBufferSource, SharedArrayBuffer>, offset, size);
  });
  before(GPUBuffer.prototype, "mapAsync", () => {
    readbacks += 1;
  });
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    bufferCreations += 1;
    if (descriptor.mappedAtCreation) uploadBytes += descriptor.size;
    sizes.set(buffer, descriptor.size);
    liveBytes += descriptor.size;
    peakDeviceBytes = Math.max(peakDeviceBytes, liveBytes);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    liveBytes -= sizes.get(this) ?? 0;
    sizes.delete(this);
    return destroy.call(this);
  };
}

/** writeBuffer's offset and size count elements of a typed array, bytes of anything else. */
function writtenBytes(data: ArrayBuffer | ArrayBufferView, offset = 0, size?: number): number {
  const element = (data as Partial<Uint8Array>).BYTES_PER_ELEMENT ?? 1;
  return size === undefined ? data.byteLength - offset * element : size * element;
}

type Method<T, Name extends keyof T> = T[Name] extends (...given: infer Given) => unknown ? Given : never;

function before<T extends object, Name extends keyof T>(
  prototype: T,
  name: Name,
  count: (...given: Method<T, Name>) => void,
): void {
  const method = prototype[name] as (...given: unknown[]) => unknown;
  Object.defineProperty(prototype, name, {
    configurable: true,
    writable: true,
    value: function (this: T, ...given: unknown[]) {
      count(...(given as Method<T, Name>));
      return method.apply(this, given);
    },
  });
}
