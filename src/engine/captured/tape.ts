import type { Copy } from "../kernels/copies.ts";
import { recomputation } from "../recomputed.ts";
import { submitPending, type Tensor, type Tensor1D, tf } from "../tf.ts";
import { type BackendInside, type EngineInside, insideEngine, withMembers } from "../tfjs-private.ts";
import { type Batch, isWhole } from "../train/batches.ts";
import type { StepInput } from "../train/step-input.ts";
import type { Elementwise } from "./elementwise.ts";
import type { Dispatch, Feed, Program, Recording, Size, Value, ValueId } from "./recording.ts";
import {
  type Command,
  isRecorded,
  NotCapturable,
  pipelinesBeside,
  RecordingDevice,
  recordedBuffer,
} from "./recording-device.ts";

interface Noted {
  readonly op: string;
  readonly elementwise: Elementwise | null;
  readonly copy: Copy | null;
  readonly region: number | undefined;
}

/** One recording while it is made. */
export class Tape {
  readonly #device: RecordingDevice;
  readonly #feeds: Feed[] = [];
  readonly #sizes: Size[] = [];
  readonly #feedOf = new Map<unknown, number>();
  readonly #noted: Noted[] = [];
  readonly #uploaded = new Set<object>();
  readonly #made = new Set<Tensor>();
  /** Data that the host has given and no tensor yet has; then the first tensors of such data. */
  readonly #given = new Set<object>();
  readonly #ofHost = new Set<Tensor>();
  /** The operation that computed a tensor's data. */
  readonly #computedBy = new Map<object, string>();
  readonly #ops: string[] = [];
  readonly #regions = new Map<object, number>();
  #refusal: NotCapturable | null = null;
  #program: { shaderKey: string; elementwise?: Elementwise; copy?: Copy } | null = null;

  /** @param older whether tensors from before may be disposed of */
  constructor(
    readonly backend: BackendInside,
    readonly older: "kept" | "disposable",
  ) {
    const shaderKey = () => this.#program?.shaderKey ?? "";
    this.#device = new RecordingDevice(backend.device, shaderKey, (why) => this.#refuse(why));
  }

  /**
   * Computes with nothing but this tape behind the backend.
   * @returns the tensors that are left, each with numbers of the host
   * @throws NotCapturable naming the operation
   */
  run(compute: () => void): Tensor[] {
    let left: Tensor[] = [];
    let failure: unknown = null;
    try {
      withMembers(this.backend, this.#members(), () =>
        withMembers(insideEngine(tf.engine()), this.#engineMembers(), () => {
          try {
            compute();
          } catch (error) {
            failure = this.#refusal ?? error;
          }
          left = failure ? this.#leftAfterFailure() : this.#left();
          // Whatever waits to be disposed of is let go, while there is nothing to send.
          submitPending();
        }),
      );
    } finally {
      this.#bringBack();
    }
    // Whoever caught a refusal has not undone what it was about.
    failure ??= this.#refusal;
    if (failure) throw failure;
    return left;
  }

  /** Tensors that outlive the step; what it has computed would never have numbers, so that it is disposed of here. */
  #left(): Tensor[] {
    const left = [...this.#made].filter(({ isDisposed }) => !isDisposed);
    const empty = left.filter(({ dataId }) => this.#computedBy.has(dataId));
    const [first] = empty;
    if (first)
      this.#refusal ??= new NotCapturable(
        `${this.#computedBy.get(first.dataId)} makes a tensor that outlives the step`,
      );
    tf.dispose(empty);
    return left.filter(({ isDisposed }) => !isDisposed);
  }

  /** tfjs holds what it had saved for gradients that were never taken; what the host has made is another's. */
  #leftAfterFailure(): Tensor[] {
    tf.dispose([...this.#made].filter((tensor) => !this.#ofHost.has(tensor) && !tensor.isDisposed));
    return [];
  }

  /** @throws NotCapturable */
  #refuse(why: string): never {
    const op = this.#ops.at(-1) ?? "the step";
    this.#refusal ??= new NotCapturable(`${op} ${why}`);
    throw this.#refusal;
  }

  programsOf(compute: () => void): Program[] {
    this.run(compute);
    return this.#device.commands.map(({ program }) => program);
  }

  /** @param sizes those of a recording that this one is to be compared with, in place of the batch's own */
  input(batch: Batch, step: number, sizes: readonly Size[] = []): StepInput {
    const refuse = (why: string): never => this.#refuse(why);
    return {
      isWhole: isWhole(batch),
      get step(): number {
        return refuse("reads the step's number on the host");
      },
      size: (of) => {
        const value = sizes[this.#sizes.length]?.value ?? of(batch, step);
        this.#sizes.push({ of, value });
        return value;
      },
      integers: (of) => this.#fed("int32", of(batch, step).length, of),
      numbers: (of) => this.#fed("float32", of(batch, step).length, of),
    };
  }

  #fed(dtype: Feed["dtype"], length: number, of: Feed["of"]): Tensor1D {
    const buffer = recordedBuffer(4 * length, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    this.#feedOf.set(buffer, this.#feeds.push({ dtype, length, of }) - 1);
    return tf.tensor({ buffer, zeroCopy: true }, [length], dtype) as Tensor1D;
  }

  #members(): Partial<BackendInside> {
    const { backend } = this;
    const { runWebGPUProgram, uploadToGPU, write } = backend;
    const refuse = (id: object): never =>
      this.#refuse(`reads on the host what ${this.#computedBy.get(id) ?? "the device"} computes`);
    return {
      device: this.#device as unknown as GPUDevice,
      queue: this.#device.queue as unknown as GPUQueue,
      bufferManager: this.#device.bufferManager,
      pipelineCache: pipelinesBeside(backend),
      runWebGPUProgram: (program, ...rest) => {
        this.#program = program;
        const before = this.#device.commands.length;
        const output = runWebGPUProgram.call(backend, program, ...rest) as { dataId: object };
        const op = this.#ops.at(-1) ?? program.shaderKey;
        this.#computedBy.set(output.dataId, op);
        const { elementwise = null, copy = null } = this.#program;
        const region = this.#region();
        for (let i = before; i < this.#device.commands.length; i++) this.#noted.push({ op, elementwise, copy, region });
        return output;
      },
      write: (values, ...rest) => {
        const id = write.call(backend, values, ...rest);
        if (values) this.#given.add(id);
        return id;
      },
      uploadToGPU: (id) => {
        this.#uploaded.add(id);
        uploadToGPU.call(backend, id);
      },
      readSync: refuse,
      read: async (id) => refuse(id),
    };
  }

  /** Number of the recomputation that goes on, in the order in which they come. */
  #region(): number | undefined {
    const now = recomputation();
    if (now && !this.#regions.has(now)) this.#regions.set(now, this.#regions.size + 1);
    return now ? this.#regions.get(now) : undefined;
  }

  #engineMembers(): Partial<EngineInside> {
    const engine = insideEngine(tf.engine());
    const { runKernelFunc, trackTensor, disposeTensor } = engine;
    return {
      runKernelFunc: (parameters) => {
        this.#ops.push(parameters.kernelName ?? "a custom gradient");
        try {
          return runKernelFunc.call(engine, parameters);
        } finally {
          this.#ops.pop();
        }
      },
      trackTensor: (tensor, of) => {
        this.#made.add(tensor as Tensor);
        if (this.#given.delete((tensor as Tensor).dataId)) this.#ofHost.add(tensor as Tensor);
        trackTensor.call(engine, tensor, of);
      },
      disposeTensor: (tensor) => {
        if (this.older === "kept" && !this.#made.has(tensor as Tensor))
          this.#refuse("disposes of a tensor that is older than the step");
        disposeTensor.call(engine, tensor);
      },
    };
  }

  /** Tensors that outlive the step and were uploaded in it go to the real device. */
  #bringBack(): void {
    const { tensorMap } = this.backend;
    for (const id of this.#uploaded) {
      if (!tensorMap.has(id)) continue;
      const data = tensorMap.get(id);
      if (!isRecorded(data.resource)) continue;
      const bytes = data.resource.content;
      if (!bytes) continue;
      data.resource = null;
      data.values = data.dtype === "float32" ? new Float32Array(bytes.buffer) : new Int32Array(bytes.buffer);
      this.backend.uploadToGPU(id);
    }
  }

  recording(loss: Tensor): Recording {
    const values: Value[] = [];
    const ids = new Map<GPUBuffer, ValueId>();
    const idOf = (buffer: GPUBuffer): ValueId => {
      const known = ids.get(buffer);
      if (known !== undefined) return known;
      ids.set(buffer, values.length);
      return values.push(this.#valueOf(buffer)) - 1;
    };
    const dispatches = this.#device.commands.map((command, i) => dispatchOf(command, this.#noted[i] as Noted, idOf));
    const { resource } = this.backend.tensorMap.get(loss.dataId);
    if (!resource) throw new NotCapturable("the loss is not computed on the device");
    const recording = { values, dispatches, feeds: this.#feeds, sizes: this.#sizes, loss: idOf(resource as GPUBuffer) };
    check(recording);
    return recording;
  }

  #valueOf(buffer: GPUBuffer): Value {
    if (!isRecorded(buffer)) return { kind: "kept", bytes: buffer.size, buffer };
    const bytes = buffer.size;
    const feed = this.#feedOf.get(buffer);
    if (feed !== undefined) return { kind: "fed", bytes, feed };
    return buffer.content ? { kind: "constant", bytes, content: buffer.content } : { kind: "temporary", bytes };
  }
}

const isUniform = ({ buffer }: GPUBufferBinding): boolean => (buffer.usage & GPUBufferUsage.UNIFORM) !== 0;

/** tfjs binds the output first, then the inputs, then the uniforms. */
function dispatchOf(
  { program, workgroups, bound }: Command,
  { op, elementwise, copy, region }: Noted,
  idOf: (buffer: GPUBuffer) => ValueId,
): Dispatch {
  const [output, ...rest] = bound as [GPUBufferBinding, ...GPUBufferBinding[]];
  const uniforms = rest.find(isUniform)?.buffer;
  const content = isRecorded(uniforms) ? uniforms.content : null;
  return {
    op,
    program,
    workgroups,
    reads: rest.filter((binding) => !isUniform(binding)).map(({ buffer }) => idOf(buffer)),
    writes: [idOf(output.buffer)],
    uniforms: content ?? new Uint8Array(),
    elementwise,
    copy,
    region,
  };
}

/** @throws NotCapturable where the values do not bear a replay */
function check({ values, dispatches, loss }: Recording): void {
  const written = new Set<ValueId>();
  for (const { op, reads, writes } of dispatches) {
    for (const id of reads)
      if (values[id]?.kind === "temporary" && !written.has(id))
        throw new NotCapturable(`${op} reads what the step did not compute`);
    for (const id of writes) {
      if (values[id]?.kind === "constant" || values[id]?.kind === "fed")
        throw new NotCapturable(`${op} writes over numbers of the host`);
      written.add(id);
    }
  }
  if (!written.has(loss)) throw new NotCapturable("the loss is not computed on the device");
}
