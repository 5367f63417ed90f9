import type { FusedKernel, Material, Plan } from "./fused-kernel.ts";
import type { DefinitionId } from "./value-flow.ts";

/** A dispatch that stays as it is, by its number, or several in one kernel. */
export type Kernel = FusedKernel | number;

/** A kernel as it runs. */
export interface Running {
  readonly kernel: Kernel;
  /** null for a dispatch that stays as it is. */
  readonly plan: Plan | null;
  readonly reads: readonly DefinitionId[];
  readonly writes: readonly DefinitionId[];
  /** Number of the last of its dispatches. */
  readonly last: number;
}

/**
 * The kernels of which a result is read, each with what it has to store.
 * @returns null where one of them cannot do so
 */
export function alive({ flow, recording, elementwise }: Material, kernels: readonly Kernel[]): Running[] | null {
  const homeOf = new Map<number, FusedKernel>();
  for (const kernel of kernels)
    if (typeof kernel !== "number") for (const member of kernel.members) homeOf.set(member, kernel);
  const stored = new Map<FusedKernel, Set<number>>();
  const changed = new Set<FusedKernel>();
  const need = (definition: DefinitionId): void => {
    const producer = flow.definitions[definition]?.producer ?? null;
    const home = producer === null ? undefined : homeOf.get(producer);
    if (!home || stored.get(home)?.has(producer as number)) return;
    stored.set(home, (stored.get(home) ?? new Set()).add(producer as number));
    changed.add(home);
  };
  const readsOf = (dispatch: number): DefinitionId[] => {
    const old = flow.writes[dispatch]?.map((definition) => flow.before[definition] ?? null) ?? [];
    return [...(flow.reads[dispatch] ?? []), ...old.filter((definition) => definition !== null)];
  };
  for (const kernel of kernels) if (typeof kernel === "number") readsOf(kernel).forEach(need);
  for (const [id, { value, producer }] of flow.definitions.entries()) {
    const stays = recording.values[value]?.kind === "kept" || value === recording.loss;
    if (stays && producer !== null && elementwise[producer]) need(id);
  }
  const plans = new Map<FusedKernel, Plan>();
  for (const kernel of changed) {
    // What is added again while the set is walked comes once more.
    changed.delete(kernel);
    const plan = kernel.plan([...(stored.get(kernel) as Set<number>)].sort((a, b) => a - b));
    if (!plan) return null;
    plans.set(kernel, plan);
    for (const { definition } of plan.loads) need(definition);
  }
  return kernels.flatMap((kernel): Running[] => {
    if (typeof kernel === "number")
      return [{ kernel, plan: null, reads: readsOf(kernel), writes: flow.writes[kernel] ?? [], last: kernel }];
    const plan = plans.get(kernel);
    if (!plan) return [];
    const members = [...(stored.get(kernel) as Set<number>)];
    return [
      {
        kernel,
        plan,
        reads: [...new Set(plan.loads.map(({ definition }) => definition))],
        writes: members.map((member) => flow.writes[member]?.[0] as DefinitionId),
        last: Math.max(...members),
      },
    ];
  });
}

/**
 * The kernels so that each comes after what wrote what it reads, and before what writes over it; otherwise as they were.
 * @returns null where there is no such order
 */
export function ordered({ flow }: Material, kernels: readonly Running[]): Running[] | null {
  const after: Set<number>[] = kernels.map(() => new Set());
  const waits = kernels.map(() => 0);
  const precede = (first: number | undefined, second: number): boolean => {
    if (first === undefined || first === second || after[first]?.has(second)) return false;
    after[first]?.add(second);
    waits[second] = (waits[second] as number) + 1;
    return true;
  };
  const writer = new Map<DefinitionId, number>();
  const readers = new Map<DefinitionId, number[]>();
  for (const [i, { reads, writes }] of kernels.entries()) {
    for (const definition of writes) writer.set(definition, i);
    for (const definition of reads) readers.set(definition, [...(readers.get(definition) ?? []), i]);
  }
  for (const [i, { reads, writes }] of kernels.entries()) {
    for (const definition of reads) precede(writer.get(definition), i);
    for (const definition of writes)
      for (let old = flow.before[definition] ?? null; old !== null; old = flow.before[old] ?? null) {
        precede(writer.get(old), i);
        for (const reader of readers.get(old) ?? []) precede(reader, i);
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
