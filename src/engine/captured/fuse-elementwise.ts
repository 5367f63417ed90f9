import type { Elementwise } from "./elementwise.ts";
import { dispatchOf } from "./fused-code.ts";
import { FusedKernel, type Material, resultsOf } from "./fused-kernel.ts";
import { costOf } from "./kernel-cost.ts";
import { alive, type Kernel, ordered, type Running } from "./kernel-order.ts";
import { isIdentity, layoutOf } from "./layout.ts";
import type { Recording } from "./recording.ts";
import { flowOf } from "./value-flow.ts";

/**
 * Puts element-wise dispatches together: a value that is read where it was computed stays in a register, and what is
 * cheap to compute again is not stored for later. Each step of the search joins two kernels, or computes a value where it is
 * read, and stays where the estimated time of the whole falls and an order is left in which each kernel comes after what
 * it reads and before what overwrites it.
 */
export function fuseElementwise(recording: Recording): Recording {
  const material = materialOf(recording);
  let best = Arrangement.first(material);
  const attempt = (next: readonly Kernel[] | null): void => {
    const arrangement = next && Arrangement.of(material, next);
    if (arrangement && arrangement.cost < best.cost) best = arrangement;
  };
  for (let round = 0; round < 2; round++) {
    const before = best;
    for (const [reader, producer] of neighbours(material)) attempt(best.joined(reader, producer));
    for (const producer of [...material.elementwise.keys()].reverse()) {
      if (!material.elementwise[producer]) continue;
      for (const reader of best.readersOf(producer)) attempt(best.inlined(producer, [reader]));
      attempt(best.inlined(producer, best.readersOf(producer)));
      attempt(best.inlined(producer, best.readersOf(producer), "with its kernel"));
    }
    for (const [a, b] of best.siblings()) attempt(best.joined(a, b));
    if (best === before) break;
  }
  return { ...recording, dispatches: best.dispatches() };
}

export function materialOf(recording: Recording): Material {
  const { dispatches, values } = recording;
  const elementwise = dispatches.map(({ elementwise: e, reads, writes }) => {
    const whole = e && writes.length === 1 && values[writes[0] as number]?.bytes === 4 * resultsOf(e);
    return whole && e.operands.length === reads.length ? e : null;
  });
  const constants = values.map((value) => (value.kind === "constant" ? sameNumber(value.content) : null));
  return { recording, flow: flowOf(recording), elementwise, constantIn: (value) => constants[value] ?? null };
}

function sameNumber(content: Uint8Array<ArrayBuffer>): number | null {
  const bits = new Uint32Array(content.slice().buffer);
  return bits.every((each) => each === bits[0]) ? (new Float32Array(bits.buffer)[0] as number) : null;
}

/** Pairs of which the first reads, at its own place, each number that the second computes. */
function neighbours({ elementwise, flow }: Material): [reader: number, producer: number][] {
  return elementwise.flatMap((e, reader) =>
    (e?.operands ?? []).flatMap(({ strides }, i): [number, number][] => {
      const { axes } = e as Elementwise;
      const producer = flow.definitions[flow.reads[reader]?.[i] as number]?.producer ?? null;
      const its = producer === null ? null : elementwise[producer];
      const same = its && resultsOf(its) === resultsOf(e as Elementwise) && isIdentity(layoutOf(axes, strides));
      return same ? [[reader, producer as number]] : [];
    }),
  );
}

/** A way to put the dispatches into kernels, which can be run. */
class Arrangement {
  readonly cost: number;

  private constructor(
    readonly material: Material,
    readonly kernels: readonly Kernel[],
    readonly order: readonly Running[],
  ) {
    this.cost = order.reduce((sum, { plan }) => sum + (plan ? costOf(plan) : 0), 0);
  }

  static first(material: Material): Arrangement {
    const kernels = material.elementwise.map((e, i) => (e ? new FusedKernel(material, new Set([i]), new Set()) : i));
    return Arrangement.of(material, kernels) as Arrangement;
  }

  /** @returns null where it cannot be run */
  static of(material: Material, kernels: readonly Kernel[]): Arrangement | null {
    const running = alive(material, kernels);
    const order = running && ordered(material, running);
    return order && new Arrangement(material, kernels, order);
  }

  #kernelOf(dispatch: number): FusedKernel | null {
    const found = this.kernels.find((kernel) => typeof kernel !== "number" && kernel.members.has(dispatch));
    return (found as FusedKernel | undefined) ?? null;
  }

  #with(removed: readonly Kernel[], added: readonly Kernel[]): Kernel[] {
    return [...this.kernels.filter((kernel) => !removed.includes(kernel)), ...added];
  }

  /** With the kernels of two dispatches in one; null where they are already. */
  joined(a: number, b: number): Kernel[] | null {
    const [first, second] = [this.#kernelOf(a), this.#kernelOf(b)];
    if (!first || !second || first === second) return null;
    const members = new Set([...first.members, ...second.members]);
    const inlined = new Set([...first.inlined, ...second.inlined]);
    return this.#with([first, second], [new FusedKernel(this.material, members, inlined)]);
  }

  /** The kernels that load what a dispatch computes; a member of each. */
  readersOf(producer: number): number[] {
    const { flow } = this.material;
    return this.order.flatMap(({ kernel, reads }) => {
      if (typeof kernel === "number") return [];
      const reading = reads.some((definition) => flow.definitions[definition]?.producer === producer);
      return reading ? [[...kernel.members][0] as number] : [];
    });
  }

  /** With a value, and all that its kernel computes for it, computed where these read it; null where nobody does. */
  inlined(producer: number, readers: readonly number[], how?: "with its kernel"): Kernel[] | null {
    if (readers.length === 0) return null;
    const home = this.#kernelOf(producer) as FusedKernel;
    const all = how ? [...home.members, ...home.inlined] : [producer];
    const kernels = readers.map((reader) => this.#kernelOf(reader) as FusedKernel);
    const changed = kernels.map(({ members, inlined }) => {
      const others = all.filter((dispatch) => !members.has(dispatch));
      return new FusedKernel(this.material, members, new Set([...inlined, ...others]));
    });
    return this.#with(kernels, changed);
  }

  /** Kernels of as many numbers that load the same value; a member of each. */
  siblings(): [number, number][] {
    const readers = new Map<string, number[]>();
    for (const { kernel, plan } of this.order) {
      if (typeof kernel === "number" || !plan) continue;
      for (const { definition, layout } of plan.loads) {
        if (layout.every(({ stride }) => stride === 0)) continue;
        const key = `${definition} ${plan.count}`;
        readers.set(key, [...(readers.get(key) ?? []), [...kernel.members][0] as number]);
      }
    }
    return [...readers.values()].flatMap((members) =>
      members.slice(1).map((member): [number, number] => [members[0] as number, member]),
    );
  }

  dispatches(): Recording["dispatches"] {
    const { recording } = this.material;
    return this.order.map(({ kernel, plan }) => {
      if (typeof kernel === "number" || !plan)
        return recording.dispatches[kernel as number] as Recording["dispatches"][number];
      const nodes = plan.nodes.map(({ dispatch }) => recording.dispatches[dispatch] as Recording["dispatches"][number]);
      const [only] = nodes;
      if (nodes.length === 1 && only) return only;
      return dispatchOf(plan, recording, nodes.map(({ op }) => op).join(" "));
    });
  }
}
