import type { Copy } from "../kernels/copies.ts";
import type { Dispatch, Recording, Value, ValueId } from "./recording.ts";

/** Where in a buffer that outlives the step a value would lie. */
interface Place {
  readonly id: ValueId;
  readonly buffer: GPUBuffer;
  readonly offset: number;
  /** Whether the value is copied to there, and not from there. */
  readonly isTarget: boolean;
}

/**
 * The recording without copies out of and into buffers that outlive the step: what reads a copied part of theta reads
 * theta, and what computes a parameter's gradient writes it where the update looks for it. That saves moving all
 * parameters twice, and two dispatches a parameter.
 * @param alignment of offsets of bindings, in bytes
 */
export function withCopiesInPlace(recording: Recording, alignment: number): Recording {
  const values = [...recording.values];
  const { dispatches } = recording;
  const touching = touchedBy(dispatches);
  const inBuffer = new Map<GPUBuffer, Set<number>>();
  const lies = (id: ValueId, buffer: GPUBuffer): void => {
    const its = inBuffer.get(buffer) ?? new Set();
    inBuffer.set(buffer, its);
    for (const i of touching.get(id) ?? []) its.add(i);
  };
  for (const [id, value] of values.entries()) if (value.kind === "kept") lies(id, value.buffer);
  const gone = new Set<Dispatch>();
  /** What touches a value or its buffer, beside a copy, from the first dispatch that touches the value to the last. */
  const meanwhile = ({ id, buffer }: Place, copy: Dispatch): Dispatch[] => {
    const isLeft = (i: number): boolean => !gone.has(dispatches[i] as Dispatch);
    const its = (touching.get(id) ?? []).filter(isLeft);
    const [first, last] = [its[0] as number, its.at(-1) as number];
    const near = [...new Set([...its, ...(inBuffer.get(buffer) ?? [])])];
    const span = near.filter((i) => i >= first && i <= last && isLeft(i));
    return span.map((i) => dispatches[i] as Dispatch).filter((dispatch) => dispatch !== copy);
  };
  for (const dispatch of dispatches) {
    const place = dispatch.copy && placeOf(dispatch, dispatch.copy, values);
    if (!place || place.offset % alignment !== 0 || !isSafe(place, meanwhile(place, dispatch), values)) continue;
    const { bytes } = values[place.id] as Value;
    values[place.id] = { kind: "kept", bytes, buffer: place.buffer, offset: place.offset };
    lies(place.id, place.buffer);
    gone.add(dispatch);
  }
  return { ...recording, values, dispatches: dispatches.filter((dispatch) => !gone.has(dispatch)) };
}

/** The dispatches that touch each value, by number and in order. */
function touchedBy(dispatches: readonly Dispatch[]): Map<ValueId, number[]> {
  const touching = new Map<ValueId, number[]>();
  for (const [i, { reads, writes }] of dispatches.entries())
    for (const id of new Set([...reads, ...writes])) {
      const its = touching.get(id);
      if (its) its.push(i);
      else touching.set(id, [i]);
    }
  return touching;
}

function placeOf({ reads, writes }: Dispatch, copy: Copy, values: readonly Value[]): Place | null {
  const [from, to] = [reads[0] as ValueId, writes[0] as ValueId];
  const [source, target] = [values[from] as Value, values[to] as Value];
  if (source.kind === "kept" && isWhole(target, copy))
    return { id: to, buffer: source.buffer, offset: (source.offset ?? 0) + copy.from, isTarget: false };
  if (target.kind === "kept" && isWhole(source, copy))
    return { id: from, buffer: target.buffer, offset: (target.offset ?? 0) + copy.to, isTarget: true };
  return null;
}

const isWhole = (value: Value, { bytes }: Copy): boolean => value.kind === "temporary" && value.bytes === bytes;

/** Whether nobody can tell that a value lies in its place from the first dispatch that touches it to the last. */
function isSafe(
  { id, buffer, offset, isTarget }: Place,
  others: readonly Dispatch[],
  values: readonly Value[],
): boolean {
  const end = offset + (values[id] as Value).bytes;
  const inBuffer = (other: ValueId): boolean => {
    const value = values[other] as Value;
    return other !== id && value.kind === "kept" && value.buffer === buffer;
  };
  const overlaps = (other: ValueId, part: Copy | null): boolean => {
    const value = values[other] as Value & { kind: "kept" };
    const start = (value.offset ?? 0) + (part?.to ?? 0);
    return inBuffer(other) && start < end && offset < start + (part?.bytes ?? value.bytes);
  };
  return others.every(({ reads, writes, copy: part }) => {
    // A buffer is bound for reading or for writing in one dispatch, not for both, whichever parts of it.
    if (writes.includes(id) && reads.some(inBuffer)) return false;
    if (reads.includes(id) && writes.some(inBuffer)) return false;
    // Nobody else may change the place meanwhile, nor read it before what belongs there is there.
    return (
      !writes.some((other) => overlaps(other, part)) && !(isTarget && reads.some((other) => overlaps(other, null)))
    );
  });
}
