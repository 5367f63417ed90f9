import type { Recording, ValueId } from "../recording.ts";

/** Number of a {@link Definition}. */
export type DefinitionId = number;

/** What a value holds from one write to the next: names that never change what they mean. */
export interface Definition {
  readonly value: ValueId;
  /** The dispatch that wrote it; null for what was there before the step. */
  readonly producer: number | null;
}

/** Which dispatch reads what which other one wrote, whatever is written in place. */
export interface ValueFlow {
  readonly definitions: readonly Definition[];
  /** Each dispatch's reads, in its order. */
  readonly reads: readonly (readonly DefinitionId[])[];
  /** Each dispatch's writes, in its order. */
  readonly writes: readonly (readonly DefinitionId[])[];
  /** What each write put an end to; null for the first of a value that nothing was in. */
  readonly before: readonly (DefinitionId | null)[];
}

export function flowOf({ values, dispatches }: Recording): ValueFlow {
  const definitions: Definition[] = [];
  const before: (DefinitionId | null)[] = [];
  const current = new Map<ValueId, DefinitionId>();
  const define = (value: ValueId, producer: number | null, old: DefinitionId | null): DefinitionId => {
    const id = definitions.push({ value, producer }) - 1;
    before.push(old);
    current.set(value, id);
    return id;
  };
  const now = (value: ValueId): DefinitionId => current.get(value) ?? define(value, null, null);
  const reads: DefinitionId[][] = [];
  const writes: DefinitionId[][] = [];
  for (const [i, dispatch] of dispatches.entries()) {
    reads.push(dispatch.reads.map(now));
    writes.push(
      dispatch.writes.map((value) => {
        const isNew = values[value]?.kind === "temporary" && !current.has(value);
        return define(value, i, isNew ? null : now(value));
      }),
    );
  }
  return { definitions, reads, writes, before };
}
