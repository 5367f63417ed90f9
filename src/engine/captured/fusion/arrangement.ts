import type { Dispatch } from "../recording.ts";
import { Demand } from "./demand.ts";
import { dispatchOf } from "./fused-code.ts";
import { FusedKernel, type Material } from "./fused-kernel.ts";
import { KernelLine } from "./kernel-line.ts";
import { ordered } from "./kernel-order.ts";
import { type Running, runningDispatch, runningKernel } from "./running.ts";
import type { DefinitionId } from "./value-flow.ts";

/** Nanoseconds by which another arrangement must be faster: what is less comes of rounding. */
const LEAST_GAIN = 1e-3;

/**
 * A way to put the dispatches into kernels, which can be run, and of which a few kernels can be exchanged at a time. What
 * that costs is up to these few, the kernels that they read of, and those that lie between them in the order.
 */
export class Arrangement {
  readonly #demand: Demand;
  /** What runs of each kernel of which something is read. */
  readonly #running: Map<FusedKernel, Running>;
  readonly #line: KernelLine;

  private constructor(
    readonly material: Material,
    demand: Demand,
    running: Map<FusedKernel, Running>,
    order: readonly Running[],
  ) {
    this.#demand = demand;
    this.#running = running;
    this.#line = new KernelLine(material.flow, order);
  }

  /**
   * @param kernels of which each dispatch that can be moved is a member of one
   * @returns null where one of them cannot compute what is read of it, or they have no order
   */
  static of(material: Material, kernels: readonly FusedKernel[]): Arrangement | null {
    const demand = new Demand(material);
    const change = demand.change(kernels);
    if (!change || !material.elementwise.every((e, dispatch) => change.homes.has(dispatch) === (e !== null)))
      return null;
    const running = new Map<FusedKernel, Running>();
    for (const kernel of change.kernels) {
      const its = runningKernel(material, kernel, change.storedBy(kernel));
      if (!its) return null;
      running.set(kernel, its);
    }
    demand.accept(change);
    const stay = material.elementwise.flatMap((e, i) => (e ? [] : [runningDispatch(material, i)]));
    const order = ordered(material.flow, [...stay, ...running.values()]);
    return order && new Arrangement(material, demand, running, order);
  }

  /** All kernels in an order in which they can run. */
  get kernels(): Running[] {
    return this.#line.kernels;
  }

  /** Those of which nothing is read, too; a later step may read of them again. */
  get fused(): FusedKernel[] {
    const { elementwise } = this.material;
    return [...new Set(elementwise.flatMap((_, dispatch) => this.kernelOf(dispatch) ?? []))];
  }

  /** Estimated nanoseconds of all kernels. */
  get cost(): number {
    return this.kernels.reduce((sum, { cost }) => sum + cost, 0);
  }

  /** The kernel that a dispatch is a member of; null where it stays as it is. */
  kernelOf(dispatch: number): FusedKernel | null {
    return this.#demand.home(dispatch);
  }

  /**
   * Exchanges kernels where the estimated time falls and an order is left in which each kernel comes after what it reads
   * and before what overwrites it.
   * @param kernels whose members are those of the kernels that they come in the place of
   * @returns whether they were exchanged
   */
  attempt(kernels: readonly FusedKernel[]): boolean {
    const change = this.#demand.change(kernels);
    if (!change) return false;
    const gone = new Map<FusedKernel, Running>();
    const come = new Map<FusedKernel, Running>();
    let gain = 0;
    for (const kernel of change.kernels) {
      const old = this.#running.get(kernel);
      if (old) gone.set(kernel, old);
      gain += old?.cost ?? 0;
      const stored = change.storedBy(kernel);
      if (stored.length === 0) continue;
      const running = runningKernel(this.material, kernel, stored);
      if (!running) return false;
      come.set(kernel, running);
      gain -= running.cost;
    }
    if (gain < LEAST_GAIN) return false;
    const replacing = [...come].map(([{ members }, running]) => {
      const replaced = [...gone].filter(([old]) => members.has(old.member));
      return [running, replaced.map(([, old]) => old)] as const;
    });
    if (!this.#line.swap([...gone.values()], new Map(replacing))) return false;
    this.#demand.accept(change);
    for (const kernel of gone.keys()) this.#running.delete(kernel);
    for (const [kernel, running] of come) this.#running.set(kernel, running);
    return true;
  }

  /** Puts the kernels of two dispatches into one. */
  join(a: number, b: number): boolean {
    const [first, second] = [this.kernelOf(a), this.kernelOf(b)];
    if (!first || !second || first === second || !this.#isOneRegion([a, b])) return false;
    const members = new Set([...first.members, ...second.members]);
    const inlined = new Set([...first.inlined, ...second.inlined]);
    return this.attempt([new FusedKernel(this.material, members, inlined)]);
  }

  /** What is computed once more stays apart: put together with the first time, it would be computed as early. */
  #isOneRegion([first, ...others]: readonly number[]): boolean {
    const regionOf = (dispatch: number | undefined) => this.material.recording.dispatches[dispatch as number]?.region;
    return others.every((dispatch) => regionOf(dispatch) === regionOf(first));
  }

  /** The kernels that load what a dispatch computes; a member of each. */
  readersOf(producer: number): number[] {
    const readers = this.#line.readers(this.material.flow.writes[producer]?.[0] as DefinitionId);
    return readers
      .sort((a, b) => a.last - b.last)
      .flatMap(({ what }) => (typeof what === "number" ? [] : [what.kernel.member]));
  }

  /** Computes a value, and all that its kernel computes for it, where these read it. */
  inline(producer: number, readers: readonly number[], how?: "with its kernel"): boolean {
    if (readers.length === 0 || !this.#isOneRegion([producer, ...readers])) return false;
    const home = this.kernelOf(producer) as FusedKernel;
    const all = how ? [...home.members, ...home.inlined] : [producer];
    const changed = readers.flatMap((reader) => {
      const { members, inlined } = this.kernelOf(reader) as FusedKernel;
      const others = all.filter((dispatch) => !members.has(dispatch) && !inlined.has(dispatch));
      if (others.length === 0) return [];
      return [new FusedKernel(this.material, members, new Set([...inlined, ...others]))];
    });
    return changed.length > 0 && this.attempt(changed);
  }

  /** Kernels of as many numbers that load the same value; a member of each. */
  siblings(): [number, number][] {
    const readers = new Map<string, number[]>();
    for (const { what } of this.#recordedOrder()) {
      if (typeof what === "number") continue;
      const { kernel, plan } = what;
      for (const { definition, layout } of plan.loads) {
        if (layout.every(({ stride }) => stride === 0)) continue;
        const key = `${definition} ${plan.count}`;
        readers.set(key, [...(readers.get(key) ?? []), kernel.member]);
      }
    }
    return [...readers.values()].flatMap((members) =>
      members.slice(1).map((member): [number, number] => [members[0] as number, member]),
    );
  }

  #recordedOrder(): Running[] {
    return ordered(this.material.flow, this.kernels) as Running[];
  }

  dispatches(): Dispatch[] {
    const { recording } = this.material;
    return this.#recordedOrder().map(({ what }) => {
      if (typeof what === "number") return recording.dispatches[what] as Dispatch;
      const nodes = what.plan.nodes.map(({ dispatch }) => recording.dispatches[dispatch] as Dispatch);
      const [only] = nodes;
      if (nodes.length === 1 && only) return only;
      return dispatchOf(what.plan, recording, nodes.map(({ op }) => op).join(" "));
    });
  }
}
