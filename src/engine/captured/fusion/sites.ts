import type { Elementwise, Operand } from "../elementwise.ts";
import { composed, countOf, identity, isIdentity, type Layout, layoutOf } from "../layout.ts";
import type { Recording, ValueId } from "../recording.ts";
import type { DefinitionId, ValueFlow } from "./value-flow.ts";

/** What is read of a value's definition, and where: number x of a kernel reads number layout(x). */
export interface Load {
  readonly definition: DefinitionId;
  readonly value: ValueId;
  readonly layout: Layout;
  readonly integers: Operand["integers"];
}

/** One of the dispatches' computations for a kernel whose number x wants number layout(x) of its result. */
export interface Site {
  readonly dispatch: number;
  readonly elementwise: Elementwise;
  /** What gives its operands; null where their places do not fall together with its own. */
  readonly sources: readonly Source[] | null;
}

/** What gives an operand: a load, a number that is the same everywhere and in every step, or another computation. */
export class Source {
  #site: Site | null = null;

  constructor(
    readonly load: Load,
    readonly constant: number | null,
    /** The dispatch that computes it; null for what was there before the step. */
    readonly producer: number | null,
    /** Whether that computes as many numbers as the kernel, each for the one at the same place. */
    readonly isOwn: boolean,
    readonly find: (() => Site) | null,
  ) {}

  /** Its producer's computation at its place; null where that is not known. */
  get site(): Site | null {
    // Found when a kernel asks: what it reads in turn goes back to the step's beginning.
    this.#site ??= this.find?.() ?? null;
    return this.#site;
  }
}

/** Where dispatches can be computed and what they read there, worked out once for all kernels that are tried. */
export class Sites {
  /** By dispatch and place. */
  readonly #sites: Map<string, Site>[];
  readonly #loads = new Map<string, Load>();
  readonly #own: (Site | undefined)[] = [];
  readonly #constants: (number | null | undefined)[] = [];

  constructor(
    readonly recording: Recording,
    readonly flow: ValueFlow,
    readonly elementwise: readonly (Elementwise | null)[],
  ) {
    this.#sites = elementwise.map(() => new Map());
  }

  /** A dispatch that is computed number for number. */
  own(dispatch: number): Site {
    this.#own[dispatch] ??= this.#at(dispatch, identity(this.resultsOf(dispatch)));
    return this.#own[dispatch];
  }

  resultsOf(dispatch: number): number {
    return (this.elementwise[dispatch] as Elementwise).axes.reduce((product, size) => product * size, 1);
  }

  #at(dispatch: number, layout: Layout): Site {
    const known = this.#sites[dispatch] as Map<string, Site>;
    const key = keyOf(layout);
    const site = known.get(key) ?? this.#made(dispatch, layout);
    known.set(key, site);
    return site;
  }

  #made(dispatch: number, layout: Layout): Site {
    const elementwise = this.elementwise[dispatch] as Elementwise;
    const count = countOf(layout);
    const misfit = elementwise.quads && (!isIdentity(layout) || count % 4 !== 0);
    const sources: Source[] = [];
    for (const [i, operand] of misfit ? [] : elementwise.operands.entries()) {
      const place = composed(layoutOf(elementwise.axes, operand.strides), layout);
      if (!place) return { dispatch, elementwise, sources: null };
      sources.push(this.#source(this.flow.reads[dispatch]?.[i] as DefinitionId, place, operand, count));
    }
    return { dispatch, elementwise, sources: misfit ? null : sources };
  }

  #source(definition: DefinitionId, place: Layout, { integers }: Operand, count: number): Source {
    const { producer, value } = this.flow.definitions[definition] as { producer: number | null; value: ValueId };
    const load = this.#load({ definition, value, layout: place, integers });
    const constant = integers || producer !== null ? null : this.#constantIn(value);
    const isKnown = producer !== null && integers !== "raw" && this.elementwise[producer] !== null;
    const isOwn = isKnown && isIdentity(place) && this.resultsOf(producer) === count;
    return new Source(load, constant, producer, isOwn, isKnown ? () => this.#at(producer, place) : null);
  }

  /** One object for loads of the same, so that kernels need not compare places. */
  #load(load: Load): Load {
    const key = `${load.definition} ${load.integers} ${keyOf(load.layout)}`;
    const known = this.#loads.get(key);
    if (!known) this.#loads.set(key, load);
    return known ?? load;
  }

  /** The float that a value is full of, in every step; null where it is not. */
  #constantIn(id: ValueId): number | null {
    const value = this.recording.values[id];
    if (value?.kind !== "constant") return null;
    if (this.#constants[id] === undefined) this.#constants[id] = sameNumber(value.content);
    return this.#constants[id];
  }
}

function sameNumber(content: Uint8Array<ArrayBuffer>): number | null {
  const bits = new Uint32Array(content.slice().buffer);
  for (const each of bits) if (each !== bits[0]) return null;
  return new Float32Array(bits.buffer)[0] as number;
}

const keyOf = (layout: Layout): string => layout.map(({ size, stride }) => `${size}:${stride}`).join();
