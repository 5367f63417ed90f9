import type { Elementwise, Operand } from "./elementwise.ts";
import { composed, countOf, type Grid, gridOf, identity, isIdentity, type Layout, layoutOf } from "./layout.ts";
import type { Recording, ValueId } from "./recording.ts";
import type { DefinitionId, ValueFlow } from "./value-flow.ts";

/** Storage buffers that a dispatch may bind on every device (WebGPU's default limit). */
const MOST_BUFFERS = 8;
/** Longer kernels take too long to compile. */
const MOST_NODES = 64;
/** Each axis takes a division by every thread. */
const MOST_AXES = 6;

/** A recording whose element-wise dispatches are to be put together. */
export interface Material {
  readonly recording: Recording;
  readonly flow: ValueFlow;
  /** What each dispatch computes, where that is known and can be moved. */
  readonly elementwise: readonly (Elementwise | null)[];
  /** The float that a value is full of, in every step; null where it is not. */
  readonly constantIn: (value: ValueId) => number | null;
}

/** One of the dispatches' computations, at a place in its result that is linear in the kernel's number. */
export interface Node {
  readonly dispatch: number;
  readonly elementwise: Elementwise;
  readonly inputs: readonly Input[];
}

/** What gives an operand: a node, a load, or a number that is the same everywhere and in every step. */
export type Input = { readonly node: number } | { readonly load: number } | { readonly constant: number };

export interface Load {
  readonly definition: DefinitionId;
  readonly value: ValueId;
  readonly layout: Layout;
  readonly integers: Operand["integers"];
}

/** What a kernel computes: nodes in an order in which each comes after what it reads, and which of them it stores. */
export interface Plan {
  /** Numbers of each of its results. */
  readonly count: number;
  readonly nodes: readonly Node[];
  readonly loads: readonly Load[];
  readonly stores: readonly { readonly node: number; readonly value: ValueId }[];
  /** Axes of the loads that are not at their own place. */
  readonly grids: Grids;
}

/** Over which the layouts are linear. */
export interface Grids {
  /** Of the loads whose four neighbours lie along their last axis, or of all of them where threads compute one number. */
  readonly along: Grid;
  /** Of the others, of which four neighbours have coordinates of their own. */
  readonly apart: Grid;
}

/** Which grid a load belongs to; null where it needs none. */
export function gridOfLoad({ layout }: Load, count: number): keyof Grids | null {
  if (isIdentity(layout)) return null;
  return count % 4 !== 0 || (layout.at(-1)?.size as number) % 4 === 0 ? "along" : "apart";
}

/** Dispatches in one kernel: members of as many numbers each, and others that are computed where they are read. */
export class FusedKernel {
  readonly #plans = new Map<string, Plan | null>();

  constructor(
    readonly material: Material,
    readonly members: ReadonlySet<number>,
    readonly inlined: ReadonlySet<number>,
  ) {}

  /** @returns null where it cannot compute the results of these members in one dispatch */
  plan(stored: readonly number[]): Plan | null {
    const key = String(stored);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const made = this.#made(stored);
    this.#plans.set(key, made);
    return made;
  }

  #made(stored: readonly number[]): Plan | null {
    const { flow, recording } = this.material;
    const building = new Building(this);
    const stores: Plan["stores"][number][] = [];
    for (const dispatch of stored) {
      const node = building.node(dispatch, identity(building.count));
      if (node === null) return null;
      stores.push({ node, value: flow.definitions[flow.writes[dispatch]?.[0] as number]?.value as ValueId });
    }
    const { nodes, loads, count } = building;
    const read = new Set(loads.map(({ value }) => value));
    const written = new Set(stores.map(({ value }) => value));
    const inPlace = [...written].some((value) => read.has(value)) || written.size < stores.length;
    if (inPlace || read.size + written.size > MOST_BUFFERS || nodes.length > MOST_NODES) return null;
    const gridFor = (which: keyof Grids): Grid | null => {
      const its = loads.filter((load) => gridOfLoad(load, count) === which);
      return gridOf(
        its.map(({ layout }) => layout),
        count,
      );
    };
    const [along, apart] = [gridFor("along"), gridFor("apart")];
    if (!along || !apart || along.axes.length + apart.axes.length > MOST_AXES) return null;
    // Buffers are bound whole; a vec4 that reaches beyond the end would not be there.
    return stores.every(({ value }) => recording.values[value]?.bytes === 4 * count)
      ? { count, nodes, loads, stores, grids: { along, apart } }
      : null;
  }
}

/** A plan while it is made. */
class Building {
  readonly nodes: Node[] = [];
  readonly loads: Load[] = [];
  readonly count: number;
  readonly #nodeOf = new Map<string, number | null>();
  readonly #loadOf = new Map<string, number>();

  constructor(readonly kernel: FusedKernel) {
    const [first] = kernel.members;
    this.count = resultsOf(kernel.material.elementwise[first as number] as Elementwise);
  }

  /** @returns null where its place does not fall together with what it reads */
  node(dispatch: number, layout: Layout): number | null {
    const key = `${dispatch} ${keyOf(layout)}`;
    const known = this.#nodeOf.get(key);
    if (known !== undefined) return known;
    const made = this.#made(dispatch, layout);
    this.#nodeOf.set(key, made);
    return made;
  }

  #made(dispatch: number, layout: Layout): number | null {
    const { material } = this.kernel;
    const elementwise = material.elementwise[dispatch] as Elementwise;
    if (elementwise.quads && (!isIdentity(layout) || this.count % 4 !== 0)) return null;
    const inputs: Input[] = [];
    for (const [i, operand] of elementwise.operands.entries()) {
      const place = composed(layoutOf(elementwise.axes, operand.strides), layout);
      if (!place) return null;
      const definition = material.flow.reads[dispatch]?.[i] as DefinitionId;
      const input = this.#input(definition, place, operand);
      if (!input) return null;
      inputs.push(input);
    }
    return this.nodes.push({ dispatch, elementwise, inputs }) - 1;
  }

  #input(definition: DefinitionId, place: Layout, operand: Operand): Input | null {
    const { members, inlined, material } = this.kernel;
    const { producer, value } = material.flow.definitions[definition] as { producer: number | null; value: ValueId };
    if (producer !== null && operand.integers !== "raw") {
      const results = material.elementwise[producer] ? resultsOf(material.elementwise[producer]) : 0;
      const here = members.has(producer) && isIdentity(place) && results === this.count;
      if (here || inlined.has(producer)) {
        const node = this.node(producer, place);
        return node === null ? null : { node };
      }
    }
    // What this very dispatch writes elsewhere cannot be read in it.
    if (producer !== null && members.has(producer)) return null;
    const constant = operand.integers || producer !== null ? null : material.constantIn(value);
    if (constant !== null) return { constant };
    const key = `${definition} ${keyOf(place)}`;
    const known = this.#loadOf.get(key);
    if (known !== undefined) return { load: known };
    const load = this.loads.push({ definition, value, layout: place, integers: operand.integers }) - 1;
    this.#loadOf.set(key, load);
    return { load };
  }
}

const keyOf = (layout: Layout): string => layout.map(({ size, stride }) => `${size}:${stride}`).join();

export const resultsOf = ({ axes }: Elementwise): number => countOf(axes.map((size) => ({ size, stride: 1 })));
