/**
 * All that is private to tfjs's WebGPU backend and engine and used here. Written against 4.22.0, which is pinned;
 * tfjs-private.test.ts fails where another version has moved something.
 */

/** Values of tfjs's map from tensors' data to what holds them. */
interface TensorData {
  values: unknown;
  dtype: string;
  resource?: unknown;
}

type DataId = object;

/** The members of the backend that are used here. */
export interface BackendInside {
  device: GPUDevice;
  queue: GPUQueue;
  bufferManager: object;
  /** By the key of their shader. */
  pipelineCache: Record<string, GPUComputePipeline>;
  /** Null where nothing waits to be sent. */
  readonly commandEncoder: GPUCommandEncoder | null;
  readonly tensorMap: { has(id: DataId): boolean; get(id: DataId): TensorData };
  write(values: unknown, ...rest: unknown[]): DataId;
  uploadToGPU(id: DataId): void;
  runWebGPUProgram(program: { shaderKey: string }, ...rest: unknown[]): unknown;
  readSync(id: DataId): unknown;
  read(id: DataId): Promise<unknown>;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** The members of tfjs's engine that are used here. */
export interface EngineInside {
  /** Every operation and every gradient goes through it. */
  runKernelFunc(parameters: { kernelName?: string }): unknown;
  /** Every new tensor goes through it, and every one that is disposed of through the other. */
  trackTensor(tensor: object, backend: unknown): void;
  disposeTensor(tensor: object): void;
  /** The operations since the outermost gradient began; null where none is being taken. */
  readonly state: { activeTape: unknown };
}

/** A backend of tfjs for WebGPU, opened. */
export const insideBackend = (backend: object): BackendInside => backend as BackendInside;

/** tfjs's engine, opened. */
export const insideEngine = (engine: object): EngineInside => engine as EngineInside;

/** Sends what tfjs has encoded on WebGPU and not sent yet, so that commands of our own come after it. */
export function submitPendingOf(backend: BackendInside): void {
  if (!backend.commandEncoder) return;
  // tfjs ends its open pass itself only when it reads back.
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** Makes a backend whose device is gone compute and read no more; what lies on it can still be disposed of. */
export function closeBackend(backend: BackendInside, why: Error): void {
  const refuse = (): never => {
    throw why;
  };
  const closed = { runWebGPUProgram: refuse, uploadToGPU: refuse, readSync: refuse, read: async () => refuse() };
  Object.assign(backend, closed satisfies Partial<BackendInside>);
}

/**
 * Runs a function that takes gradients within the backward pass of another: tfjs's second tape takes the place of the
 * first, which then cannot be let go of.
 */
export function withOwnTape<R>({ state }: EngineInside, run: () => R): R {
  const outer = state.activeTape;
  try {
    return run();
  } finally {
    state.activeTape = outer;
  }
}

/**
 * Puts other members in the place of an object's own while a function runs. What stood on its prototype shows again
 * afterwards.
 */
export function withMembers<T extends object, R>(object: T, members: Partial<T>, run: () => R): R {
  const before = Object.keys(members).map((name) => [name, Object.getOwnPropertyDescriptor(object, name)] as const);
  Object.assign(object, members);
  try {
    return run();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(object, name, descriptor);
      else delete object[name as keyof T];
    }
  }
}
