import type { BackendInside } from "../tfjs-private.ts";
import type { Program } from "./recording.ts";

/** A dispatch as it reached the device: what was bound, in the order of the bindings. */
export interface Command {
  readonly program: Program;
  readonly workgroups: readonly [number, number, number];
  readonly bound: readonly GPUBufferBinding[];
}

/** A buffer of a {@link RecordingDevice}: there is no memory behind it but what the host wrote. */
export interface RecordedBuffer extends GPUBuffer {
  /** What the host wrote into it; null where it wrote nothing. */
  content: Uint8Array<ArrayBuffer> | null;
}

/** The pipeline of a {@link RecordingDevice}: nothing is compiled. */
export interface RecordedPipeline {
  readonly program: Program;
  getBindGroupLayout(): object;
}

/** Something that a step does and no recording can repeat. */
export class NotCapturable extends Error {}

export const isRecorded = (buffer: unknown): buffer is RecordedBuffer => buffer instanceof MemorylessBuffer;

/**
 * A device on which nothing happens: it notes the dispatches that are encoded on it. tfjs asks a buffer whether it is a
 * GPUBuffer, so that these inherit from it; each acquired one is new, so that no two tensors share one.
 * @param of the device that is recorded for: its limits and features decide what tfjs dispatches
 */
export class RecordingDevice {
  readonly commands: Command[] = [];
  readonly limits: GPUSupportedLimits;
  readonly features: GPUSupportedFeatures;
  readonly queue = {
    submit: () => undefined,
    writeBuffer: (buffer: GPUBuffer, offset: number, data: ArrayBuffer, start = 0, size = data.byteLength) => {
      if (!isRecorded(buffer) || offset !== 0) this.refuse("writes to a buffer that outlives the step");
      buffer.content = new Uint8Array(data.slice(start, start + size));
    },
  };
  /** In place of tfjs's own, which keeps buffers for the next tensor of their size. */
  readonly bufferManager = {
    numBytesUsed: 0,
    numBytesAllocated: 0,
    acquireBuffer: (size: number, usage: number, mappedAtCreation = false) =>
      recordedBuffer(size, usage, mappedAtCreation),
    releaseBuffer: () => undefined,
  };

  /**
   * @param shaderKey tfjs's name of the program that it is about to compile
   * @param refuse is told what no recording can repeat
   */
  constructor(
    of: GPUDevice,
    readonly shaderKey: () => string,
    readonly refuse: (why: string) => never,
  ) {
    this.limits = of.limits;
    this.features = of.features;
  }

  createShaderModule({ code }: GPUShaderModuleDescriptor): { code: string } {
    return { code };
  }

  createComputePipeline({ compute }: GPUComputePipelineDescriptor): RecordedPipeline {
    const { code } = compute.module as unknown as { code: string };
    const shaderKey = this.shaderKey();
    const source = { code, entryPoint: compute.entryPoint ?? "main" };
    return { program: { label: shaderKey, shaderKey, source }, getBindGroupLayout: () => ({}) };
  }

  createBindGroup({ entries }: GPUBindGroupDescriptor): readonly GPUBufferBinding[] {
    return Array.from(entries, ({ resource }) => {
      if (!("buffer" in resource)) this.refuse("reads a texture");
      return resource;
    });
  }

  createCommandEncoder(): object {
    return {
      beginComputePass: () => this.#pass(),
      finish: () => ({}),
      copyBufferToBuffer: () => this.refuse("copies from buffer to buffer"),
      copyBufferToTexture: () => this.refuse("copies from a buffer to a texture"),
    };
  }

  #pass(): object {
    let program: Program;
    let bound: readonly GPUBufferBinding[];
    return {
      setPipeline: (pipeline: GPUComputePipeline | RecordedPipeline) => {
        const shaderKey = this.shaderKey();
        program = "program" in pipeline ? pipeline.program : { label: shaderKey, shaderKey, source: pipeline };
      },
      setBindGroup: (_: number, group: readonly GPUBufferBinding[]) => {
        bound = group;
      },
      dispatchWorkgroups: (x: number, y = 1, z = 1) => {
        this.commands.push({ program, workgroups: [x, y, z], bound });
      },
      end: () => undefined,
    };
  }
}

type Pipelines = BackendInside["pipelineCache"];

/** Pipelines that recordings asked for: what one has written the code of, the next need not write again. */
const recordedPipelines = new WeakMap<BackendInside, Pipelines>();

/** The pipelines of a backend, found through the prototype, and of its recordings, which no device has compiled. */
export function pipelinesBeside(backend: BackendInside): Pipelines {
  const known = recordedPipelines.get(backend) ?? (Object.create(backend.pipelineCache) as Pipelines);
  recordedPipelines.set(backend, known);
  return known;
}

/** Has properties of its own in place of GPUBuffer's, which are getters that only a real one answers. */
class MemorylessBuffer {
  content: Uint8Array<ArrayBuffer> | null;
  mapState: GPUBufferMapState;

  constructor(
    readonly size: number,
    readonly usage: number,
    mapped: boolean,
  ) {
    this.content = mapped ? new Uint8Array(size) : null;
    this.mapState = mapped ? "mapped" : "unmapped";
  }

  getMappedRange(): ArrayBuffer | null {
    return this.content?.buffer ?? null;
  }

  unmap(): void {}
}

export function recordedBuffer(size: number, usage: number, mapped = false): RecordedBuffer {
  // Where there is no WebGPU there is no GPUBuffer to inherit from, so that the first buffer sees to it.
  if (!(MemorylessBuffer.prototype instanceof GPUBuffer))
    Object.setPrototypeOf(MemorylessBuffer.prototype, GPUBuffer.prototype);
  return new MemorylessBuffer(size, usage, mapped) as unknown as RecordedBuffer;
}
