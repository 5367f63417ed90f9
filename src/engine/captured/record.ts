import type { Copy } from "../kernels/copies.ts";
import { submitPending, type Tensor, type Tensor1D, tf, webGpuBackend } from "../tf.ts";
import { type BackendInside, type EngineInside, insideBackend, insideEngine, withMembers } from "../tfjs-private.ts";
import type { Batch } from "../train/batches.ts";
import type { StepInput } from "../train/step-input.ts";
import { sameContent } from "./content.ts";
import type { Elementwise } from "./elementwise.ts";
import type { Dispatch, Feed, Program, Recording, Value, ValueId } from "./recording.ts";
import { type Command, isRecorded, NotCapturable, RecordingDevice, recordedBuffer } from "./recording-device.ts";

/** A step in the form that can be recorded: encodes all it does and gives its loss []. Called within a tidy. */
export type RecordableStep = (input: StepInput) => Tensor;

/** Recordings after which a step still uploads something anew each time. */
const MOST_RECORDINGS = 4;

/**
 * What a step asks of the device, without doing any of it: nothing is dispatched, nothing changes. It is recorded with
 * two inputs; what is not the same in both must come through the {@link StepInput}, or a replay would be stale.
 * @param inputs two batches of one shape, and step numbers
 * @throws NotCapturable naming the operation that stands against it
 */
export function record(step: RecordableStep, inputs: readonly (readonly [Batch, number])[]): Recording {
  const [first, second] = inputs as [readonly [Batch, number], readonly [Batch, number]];
  let before = recordOnce(step, ...first);
  for (let i = 1; i < MOST_RECORDINGS; i++) {
    const next = recordOnce(step, ...(i % 2 === 1 ? second : first));
    const difference = differenceOf(before, next);
    if (difference === null) return next;
    if (i === MOST_RECORDINGS - 1) throw new NotCapturable(difference);
    before = next;
  }
  return before;
}

function recordOnce(step: RecordableStep, batch: Batch, number: number): Recording {
  submitPending();
  const tape = new Tape(insideBackend(webGpuBackend()));
  return tape.run(() => {
    let recording: Recording | null = null;
    tf.tidy(() => {
      recording = tape.recording(step(tape.input(batch, number)));
    });
    return recording as unknown as Recording;
  });
}

/**
 * The programs that a computation runs on the current WebGPU backend, found without running any. Its tensors hold no
 * values: it must read none, and dispose of them all.
 */
export function programsOf(compute: () => void): Program[] {
  submitPending();
  return new Tape(insideBackend(webGpuBackend())).programsOf(compute);
}

interface Noted {
  readonly op: string;
  readonly elementwise: Elementwise | null;
  readonly copy: Copy | null;
}

/** One recording while it is made. */
class Tape {
  readonly #device: RecordingDevice;
  readonly #feeds: Feed[] = [];
  readonly #feedOf = new Map<unknown, number>();
  readonly #noted: Noted[] = [];
  readonly #uploaded = new Set<object>();
  #ops: string[] = [];
  #program: { shaderKey: string; elementwise?: Elementwise; copy?: Copy } | null = null;

  constructor(readonly backend: BackendInside) {
    this.#device = new RecordingDevice(backend.device, () => this.#program?.shaderKey ?? "");
  }

  /** @throws NotCapturable naming the operation */
  run<T>(compute: () => T): T {
    const { backend } = this;
    try {
      return withMembers(backend, this.#members(), () =>
        withMembers(insideEngine(tf.engine()), this.#engineMembers(), () => {
          try {
            return compute();
          } finally {
            // Whatever waits to be disposed of is let go, while there is nothing to send.
            submitPending();
          }
        }),
      );
    } catch (error) {
      const op = this.#ops.at(-1);
      if (error instanceof NotCapturable && op) throw new NotCapturable(`${op} ${error.message}`);
      throw error;
    } finally {
      this.#bringBack();
    }
  }

  programsOf(compute: () => void): Program[] {
    this.run(compute);
    return this.#device.commands.map(({ program }) => program);
  }

  input(batch: Batch, step: number): StepInput {
    return {
      batch,
      step,
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
    const { runWebGPUProgram, uploadToGPU } = backend;
    const refuse = () => {
      throw new NotCapturable("reads on the host what the device computes");
    };
    return {
      device: this.#device as unknown as GPUDevice,
      queue: this.#device.queue as unknown as GPUQueue,
      bufferManager: this.#device.bufferManager,
      // What is compiled already is found through the prototype; what is not stays here.
      pipelineCache: Object.create(backend.pipelineCache) as BackendInside["pipelineCache"],
      runWebGPUProgram: (program, ...rest) => {
        this.#program = program;
        const before = this.#device.commands.length;
        const output = runWebGPUProgram.call(backend, program, ...rest);
        const { shaderKey, elementwise = null, copy = null } = this.#program;
        for (let i = before; i < this.#device.commands.length; i++)
          this.#noted.push({ op: this.#ops.at(-1) ?? shaderKey, elementwise, copy });
        return output;
      },
      uploadToGPU: (id) => {
        this.#uploaded.add(id);
        uploadToGPU.call(backend, id);
      },
      readSync: refuse,
      read: refuse,
    };
  }

  #engineMembers(): Partial<EngineInside> {
    const engine = insideEngine(tf.engine());
    const { runKernelFunc } = engine;
    return {
      runKernelFunc: (parameters) => {
        this.#ops.push(parameters.kernelName ?? "a custom gradient");
        const result = runKernelFunc.call(engine, parameters);
        this.#ops.pop();
        return result;
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
    const recording = { values, dispatches, feeds: this.#feeds, loss: idOf(resource as GPUBuffer) };
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
  { op, elementwise, copy }: Noted,
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

/** In words, the first thing in which two recordings of a step do not agree; null where they do. */
export function differenceOf(a: Recording, b: Recording): string | null {
  for (const [i, one] of a.dispatches.entries()) {
    const other = b.dispatches[i];
    if (!other || one.op !== other.op || one.program.label !== other.program.label)
      return `${one.op} is not followed by the same operations in every step`;
    const same =
      String(one.workgroups) === String(other.workgroups) &&
      String(one.reads) === String(other.reads) &&
      String(one.writes) === String(other.writes) &&
      sameContent(one.uniforms, other.uniforms);
    if (!same) return `${one.op} changes its shapes or numbers from step to step`;
    for (const id of [...one.reads, ...one.writes])
      if (!sameValue(a.values[id] as Value, b.values[id] as Value))
        return `${one.op} is given other numbers by the host in every step`;
  }
  if (a.dispatches.length !== b.dispatches.length) return "the step takes more operations than the one before";
  return null;
}

function sameValue(a: Value, b: Value): boolean {
  if (a.bytes !== b.bytes) return false;
  if (a.kind === "constant") return b.kind === "constant" && sameContent(a.content, b.content);
  if (a.kind === "kept") return b.kind === "kept" && a.buffer === b.buffer;
  return a.kind === b.kind && (a.kind !== "fed" || a.feed === (b as { feed: number }).feed);
}
