import type { FusedKernel, Material } from "./fused-kernel.ts";
import type { DefinitionId } from "./value-flow.ts";

/** The definitions that a dispatch which stays as it is reads: what it writes to, too, since it may change only a part. */
export function readsOf({ flow }: Material, dispatch: number): DefinitionId[] {
  const old = flow.writes[dispatch]?.map((definition) => flow.before[definition] ?? null) ?? [];
  return [...(flow.reads[dispatch] ?? []), ...old.filter((definition) => definition !== null)];
}

/**
 * Which results somebody reads, and which kernel computes them. A result that nobody reads is not computed, so that what
 * it alone would read is not read either. Results read earlier ones only: whether one is read is certain once all
 * later ones are settled.
 */
export class Demand {
  /** The kernel that each dispatch is a member of. */
  readonly #homes: (FusedKernel | null)[];
  /** How many read each definition: dispatches that stay, results that are stored, and whoever comes after the step. */
  readonly #readers: number[];

  /** No kernels yet: each dispatch gets one by a {@link change}. */
  constructor(readonly material: Material) {
    const { flow, recording, elementwise } = material;
    this.#homes = elementwise.map(() => null);
    this.#readers = flow.definitions.map(({ value }) =>
      recording.values[value]?.kind === "kept" || value === recording.loss ? 1 : 0,
    );
    for (const [dispatch, e] of elementwise.entries())
      if (!e) for (const definition of readsOf(material, dispatch)) this.#count(definition, 1);
  }

  #count(definition: DefinitionId, by: number): void {
    this.#readers[definition] = this.readers(definition) + by;
  }

  readers(definition: DefinitionId): number {
    return this.#readers[definition] as number;
  }

  home(dispatch: number): FusedKernel | null {
    return this.#homes[dispatch] ?? null;
  }

  /**
   * What changes where these kernels take the places of those that their members are in now; nothing does yet.
   * @returns null where one of them, or of those that have to store more, cannot compute what is read of it
   */
  change(kernels: readonly FusedKernel[]): DemandChange | null {
    const change = new DemandChange(this, kernels);
    return change.settle() ? change : null;
  }

  accept({ homes, counts }: DemandChange): void {
    for (const [dispatch, kernel] of homes) this.#homes[dispatch] = kernel;
    for (const [definition, by] of counts) this.#count(definition, by);
  }
}

/** Other homes of some dispatches, and what follows for who reads what. */
export class DemandChange {
  readonly homes = new Map<number, FusedKernel>();
  /** How many more read a definition. */
  readonly counts = new Map<DefinitionId, number>();
  /** Kernels that go, that come, or that store other members than before. */
  readonly kernels = new Set<FusedKernel>();
  /** Dispatches that may now be computed by another kernel, or by one or none: in order, the last at the end. */
  readonly #open: number[] = [];

  constructor(
    readonly before: Demand,
    kernels: readonly FusedKernel[],
  ) {
    for (const kernel of kernels)
      for (const member of kernel.members) {
        this.homes.set(member, kernel);
        if (before.readers(this.#result(member)) > 0) this.#reopen(member);
      }
  }

  #result(dispatch: number): DefinitionId {
    return this.before.material.flow.writes[dispatch]?.[0] as DefinitionId;
  }

  #isRead(dispatch: number): boolean {
    const definition = this.#result(dispatch);
    return this.before.readers(definition) + (this.counts.get(definition) ?? 0) > 0;
  }

  #home(dispatch: number): FusedKernel | null {
    return this.homes.get(dispatch) ?? this.before.home(dispatch);
  }

  /** @returns the members that a kernel has to store; none where it goes */
  storedBy(kernel: FusedKernel): number[] {
    const stored = [...kernel.members].filter((member) => this.#home(member) === kernel && this.#isRead(member));
    return stored.sort((a, b) => a - b);
  }

  /** @returns false where a kernel cannot compute what is read of it */
  settle(): boolean {
    // Nothing that is still open reads the last one.
    for (let dispatch = this.#open.pop(); dispatch !== undefined; dispatch = this.#open.pop()) {
      const old = this.before.readers(this.#result(dispatch)) > 0 ? this.before.home(dispatch) : null;
      const now = this.#isRead(dispatch) ? this.#home(dispatch) : null;
      if (old === now) continue;
      const reach = now ? now.reach(dispatch) : [];
      if (!reach) return false;
      this.#read(reach, 1);
      this.#read(old?.reach(dispatch) ?? [], -1);
      for (const kernel of [old, now]) if (kernel) this.kernels.add(kernel);
    }
    return true;
  }

  #reopen(dispatch: number): void {
    let place = this.#open.length;
    while (place > 0 && (this.#open[place - 1] as number) > dispatch) place -= 1;
    if (this.#open[place - 1] !== dispatch) this.#open.splice(place, 0, dispatch);
  }

  #read(loads: readonly { readonly definition: DefinitionId }[], by: number): void {
    const { flow } = this.before.material;
    for (const { definition } of loads) {
      this.counts.set(definition, (this.counts.get(definition) ?? 0) + by);
      const producer = flow.definitions[definition]?.producer ?? null;
      if (producer !== null && this.#home(producer)) this.#reopen(producer);
    }
  }
}
