import { submitPending, type Tensor, tf, webGpuBackend } from "../tf.ts";
import { insideBackend } from "../tfjs-private.ts";
import type { Batch } from "../train/batches.ts";
import type { StepInput } from "../train/step-input.ts";
import { sameContent } from "./content.ts";
import type { Program, Recording, Size, Value } from "./recording.ts";
import { NotCapturable } from "./recording-device.ts";
import { Tape } from "./tape.ts";

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
  const { sizes } = before.recording;
  const kept = [...before.kept];
  for (let i = 1; ; i++) {
    const next = recordOnce(step, ...(i % 2 === 1 ? second : first), sizes);
    kept.push(...next.kept);
    // What only the first steps keep, they keep for the later ones to find.
    const difference =
      next.kept.length > 0
        ? "the step makes a tensor that outlives it"
        : differenceOf(before.recording, next.recording);
    if (difference === null) return next.recording;
    if (i === MOST_RECORDINGS - 1) {
      if (next.kept.length > 0) tf.dispose(kept);
      throw new NotCapturable(difference);
    }
    before = next;
  }
}

/** A recording, and tensors with numbers of the host that were made in it and are still there. */
interface Recorded {
  readonly recording: Recording;
  readonly kept: readonly Tensor[];
}

function recordOnce(step: RecordableStep, batch: Batch, number: number, sizes: readonly Size[] = []): Recorded {
  submitPending();
  const tape = new Tape(insideBackend(webGpuBackend()), "kept");
  let recording: Recording | null = null;
  const kept = tape.run(() => {
    tf.tidy(() => {
      recording = tape.recording(step(tape.input(batch, number, sizes)));
    });
  });
  return { recording: recording as unknown as Recording, kept };
}

/**
 * The programs that a computation runs on the current WebGPU backend, found without running any. Its tensors hold no
 * values: it must read none, and dispose of them all.
 */
export function programsOf(compute: () => void): Program[] {
  submitPending();
  return new Tape(insideBackend(webGpuBackend()), "disposable").programsOf(compute);
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
  if (a.loss !== b.loss) return "the step does not end in the same loss every time";
  return null;
}

function sameValue(a: Value, b: Value): boolean {
  if (a.bytes !== b.bytes) return false;
  if (a.kind === "constant") return b.kind === "constant" && sameContent(a.content, b.content);
  if (a.kind === "kept") return b.kind === "kept" && a.buffer === b.buffer;
  return a.kind === b.kind && (a.kind !== "fed" || a.feed === (b as { feed: number }).feed);
}
