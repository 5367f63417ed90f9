import type { Running } from "./running.ts";
import type { DefinitionId, ValueFlow } from "./value-flow.ts";

/**
 * The kernels so that each comes after what wrote what it reads, and before what writes over it; otherwise as they were
 * recorded.
 * @returns null where there is no such order
 */
export function ordered(flow: ValueFlow, kernels: readonly Running[]): Running[] | null {
  const after: Set<number>[] = kernels.map(() => new Set());
  const waits = kernels.map(() => 0);
  const precede = (first: number | undefined, second: number): boolean => {
    if (first === undefined || first === second) return false;
    if (after[first]?.has(second)) return true;
    after[first]?.add(second);
    waits[second] = (waits[second] as number) + 1;
    return true;
  };
  const writer = new Map<DefinitionId, number>();
  const readers = new Map<DefinitionId, number[]>();
  for (const [i, { reads, writes }] of kernels.entries()) {
    for (const definition of writes) writer.set(definition, i);
    for (const definition of reads) {
      const known = readers.get(definition);
      if (known) known.push(i);
      else readers.set(definition, [i]);
    }
  }
  for (const [i, { reads, writes }] of kernels.entries()) {
    for (const definition of reads) precede(writer.get(definition), i);
    for (const definition of writes)
      for (let old = flow.before[definition] ?? null; old !== null; old = flow.before[old] ?? null) {
        for (const reader of readers.get(old) ?? []) precede(reader, i);
        // Whoever wrote it comes after what was there before that.
        if (precede(writer.get(old), i)) break;
      }
  }
  const ready = kernels.flatMap((_, i) => (waits[i] === 0 ? [i] : []));
  const order: Running[] = [];
  const lastOf = (i: number): number => (kernels[i] as Running).last;
  while (ready.length > 0) {
    const next = ready.reduce((first, i) => (lastOf(i) < lastOf(first) ? i : first));
    ready.splice(ready.indexOf(next), 1);
    order.push(kernels[next] as Running);
    for (const follower of after[next] as Set<number>) {
      waits[follower] = (waits[follower] as number) - 1;
      if (waits[follower] === 0) ready.push(follower);
    }
  }
  return order.length === kernels.length ? order : null;
}
