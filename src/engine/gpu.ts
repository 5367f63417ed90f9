/** WebGPU as it lies below tfjs's backend: for kernels of our own that work on tfjs's buffers and beside its operations. */
import { throwWhatWasRefused } from "./device-watch.ts";
import { type Tensor, tf, webGpuBackend } from "./tf.ts";

/** The device that the backend computes on. */
export const device = (): GPUDevice => webGpuBackend().device;

export { submitPending } from "./tf.ts";

/** The buffer behind a tensor; it stays the tensor's. */
export function bufferOf(tensor: Tensor): GPUBuffer {
  const backend = webGpuBackend();
  backend.uploadToGPU(tensor.dataId);
  return backend.tensorMap.get(tensor.dataId).resource as GPUBuffer;
}

/** A tensor that reads and is a buffer of ours; disposing it leaves the buffer alone. */
export function tensorOver(buffer: GPUBuffer, shape: number[]): Tensor {
  return tf.tensor({ buffer, zeroCopy: true }, shape, "float32");
}

const STORAGE = 0x80 | 0x8 | 0x4; // GPUBufferUsage STORAGE | COPY_DST | COPY_SRC, also where the global is missing

let ownBytes = 0;

/** A buffer beside tfjs's, counted until it is destroyed with {@link destroyBuffer}. */
export function ownBuffer(descriptor: GPUBufferDescriptor): GPUBuffer {
  ownBytes += descriptor.size;
  return device().createBuffer(descriptor);
}

export function destroyBuffer(buffer: GPUBuffer): void {
  ownBytes -= buffer.size;
  buffer.destroy();
}

/** A buffer of zeros for storage, at least one number long. */
export const storageBuffer = (numbers: number, label: string): GPUBuffer =>
  ownBuffer({ label, size: 4 * Math.max(1, numbers), usage: STORAGE });

/** Bytes held by live tensors, on the device where there is one, and by buffers of our own there. */
export function memoryBytes(): number {
  const memory = tf.memory() as { numBytes: number; numBytesInGPU?: number };
  return (memory.numBytesInGPU ?? memory.numBytes) + ownBytes;
}

/**
 * Numbers out of a buffer, as they are when all that was sent before is done.
 * @param ranges [start, count] in float32s; they come back one behind the other
 * @throws Error where the device refused a command
 */
export async function readNumbers(
  buffer: GPUBuffer,
  ranges: readonly (readonly [number, number])[],
): Promise<Float32Array> {
  const total = ranges.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return new Float32Array();
  const gpu = device();
  const staging = gpu.createBuffer({ size: 4 * total, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = gpu.createCommandEncoder();
  let at = 0;
  for (const [start, count] of ranges) {
    encoder.copyBufferToBuffer(buffer, 4 * start, staging, 4 * at, 4 * count);
    at += count;
  }
  gpu.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
    throwWhatWasRefused();
  }
}

/** Pipelines of each device by their code: what was compiled once is there for the next run. */
const compiled = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

function pipelinesOf(gpu: GPUDevice): Map<string, GPUComputePipeline> {
  const known = compiled.get(gpu) ?? new Map<string, GPUComputePipeline>();
  compiled.set(gpu, known);
  return known;
}

function descriptor(gpu: GPUDevice, code: string, layout: GPUPipelineLayout | "auto"): GPUComputePipelineDescriptor {
  return { layout, compute: { module: gpu.createShaderModule({ code }), entryPoint: "main" } };
}

/** The pipeline of a kernel, compiled now unless it was before. */
export function pipeline(code: string, layout: GPUPipelineLayout | "auto"): GPUComputePipeline {
  const gpu = device();
  const known = pipelinesOf(gpu);
  const found = known.get(code) ?? gpu.createComputePipeline(descriptor(gpu, code, layout));
  known.set(code, found);
  return found;
}

/** Compiles kernels side by side, ahead of their use. */
export async function compile(codes: readonly string[], layout: GPUPipelineLayout | "auto"): Promise<void> {
  const gpu = device();
  const known = pipelinesOf(gpu);
  const missing = codes.filter((code) => !known.has(code));
  const made = await Promise.all(missing.map((code) => gpu.createComputePipelineAsync(descriptor(gpu, code, layout))));
  missing.forEach((code, i) => {
    known.set(code, made[i] as GPUComputePipeline);
  });
}
