import type { Elementwise } from "../captured/elementwise.ts";
import { filled } from "../captured/filled.ts";
import type { Dispatch, Recording, Value, ValueId } from "../captured/recording.ts";
import { Stream } from "../rng.ts";

/** An operand of a hand-made dispatch: by itself where it lies like the result. */
type Read = ValueId | { readonly id: ValueId; readonly strides: readonly number[] };

const idOf = (read: Read): ValueId => (typeof read === "number" ? read : read.id);

/** A recording made by hand, whose kernels are plain: a number a thread, sizes in the code. */
export class HandMade {
  readonly #values: Value[] = [];
  readonly #dispatches: Dispatch[] = [];
  /** The recomputation that what is added next is part of. */
  region: number | undefined;
  readonly contents: Record<ValueId, Float32Array> = {};

  get recording(): Recording {
    return { values: this.#values, dispatches: this.#dispatches, feeds: [], sizes: [], loss: -1 };
  }

  /** A value that outlives the step, of normal numbers. */
  kept(count: number): ValueId {
    // The buffer is the one of the test that runs it.
    const id = this.#values.push({ kind: "kept", bytes: 4 * count, buffer: {} as GPUBuffer }) - 1;
    const stream = new Stream(id + 1, "sample");
    this.contents[id] = Float32Array.from({ length: count }, () => stream.normal());
    return id;
  }

  /** One number, the same in every step. */
  constant(value: number): ValueId {
    return this.constants([value]);
  }

  /** Numbers that are the same in every step. */
  constants(values: readonly number[]): ValueId {
    const content = new Uint8Array(Float32Array.from(values).buffer);
    return this.#values.push({ kind: "constant", bytes: content.length, content }) - 1;
  }

  /** What an expression makes of `x0`, ... over the axes of its result, in a new value or in `into`. */
  elementwise(expression: string, axes: readonly number[], reads: readonly Read[], into?: ValueId): ValueId {
    const own = axes.map((_, i) => axes.slice(i + 1).reduce((a, b) => a * b, 1));
    const operands = reads.map((read) => ({ strides: typeof read === "number" ? own : read.strides }));
    return this.#add("elementwise", { axes, operands, expression }, reads, into, true);
  }

  /** The same by a kernel that does not say what it computes. */
  opaque(expression: string, axes: readonly number[], reads: readonly Read[], into?: ValueId): ValueId {
    const own = axes.map((_, i) => axes.slice(i + 1).reduce((a, b) => a * b, 1));
    const operands = reads.map((read) => ({ strides: typeof read === "number" ? own : read.strides }));
    return this.#add("opaque", { axes, operands, expression }, reads, into, false);
  }

  #add(op: string, e: Elementwise, reads: readonly Read[], into: ValueId | undefined, annotated: boolean): ValueId {
    const count = e.axes.reduce((a, b) => a * b, 1);
    const result = into ?? this.#values.push({ kind: "temporary", bytes: 4 * count }) - 1;
    this.#dispatches.push({
      op,
      program: {
        label: `${op} ${e.expression} ${JSON.stringify([e.axes, e.operands])}`,
        source: { code: plainCode(e, count), entryPoint: "main" },
      },
      workgroups: [Math.ceil(count / 64), 1, 1],
      writes: [result],
      reads: reads.map(idOf),
      uniforms: new Uint8Array(),
      elementwise: annotated ? e : null,
      copy: null,
      region: this.region,
    });
    return result;
  }
}

function plainCode({ axes, operands, expression }: Elementwise, count: number): string {
  const digit = (i: number) => `(x / ${axes.slice(i + 1).reduce((a, b) => a * b, 1)}u) % ${axes[i]}u`;
  const value = filled(expression, {
    type: "f32",
    unsigned: "u32",
    operand: (n) => `v${n}[${operands[n]?.strides.map((stride, i) => `${digit(i)} * ${stride}u`).join(" + ")}]`,
    scalar: () => "",
    word: () => "",
    at: "",
  });
  return `
    @group(0) @binding(0) var<storage, read_write> result : array<f32>;
    ${operands.map((_, i) => `@group(0) @binding(${i + 1}) var<storage, read> v${i} : array<f32>;`).join("\n")}
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id : vec3<u32>) {
      let x = id.x;
      if (x < ${count}u) { result[x] = ${value}; }
    }`;
}

const SIZES = [1, 8, 24, 60];
const EXPRESSIONS = ["x0 + x1", "x0 * 0.5 - x1", "max(x0, x1)", "tanh(x0) * x1"];

/**
 * A recording of random kernels that ends in a loss []: results are read several times, once or never, computed a second
 * time out of the same or out of what has changed since, and written over, where they outlive the step as well.
 */
export function randomRecording(seed: number, numDispatches = 24): { hand: HandMade; recording: Recording } {
  const stream = new Stream(seed, "sample");
  const pick = <T>(from: readonly T[]): T => from[stream.below(from.length)] as T;
  const hand = new HandMade();
  const counts = new Map<ValueId, number>();
  const add = (id: ValueId, count: number): ValueId => {
    counts.set(id, count);
    return id;
  };
  for (const count of SIZES) add(hand.kept(count), count);
  add(hand.constant(0.25), 1);
  add(hand.constant(0.25), 1);
  const constants = [...counts.keys()].slice(-2);
  const made: { expression: string; count: number; reads: Read[] }[] = [];
  /** Those that would now come to something else. */
  let changed: typeof made = [];
  const operand = (count: number): Read => {
    const id = pick([...counts.keys()]);
    return counts.get(id) === count ? id : { id, strides: [0] };
  };
  for (let i = 0; i < numDispatches; i++) {
    const again = changed.length > 0 ? changed : made;
    const isRepeated = again.length > 0 && stream.below(again === changed ? 2 : 4) === 0;
    const fresh = () => {
      const count = pick(SIZES);
      return { expression: pick(EXPRESSIONS), count, reads: [operand(count), operand(count)] };
    };
    const kernel = isRepeated ? pick(again) : fresh();
    made.push(kernel);
    const { expression, count, reads } = kernel;
    const read = reads.map(idOf);
    const over = [...counts.keys()].filter(
      (id) => counts.get(id) === count && !read.includes(id) && !constants.includes(id),
    );
    const into = over.length > 0 && stream.below(5) === 0 ? pick(over) : undefined;
    add(hand.opaque(expression, [count], reads, into), count);
    changed = into === undefined ? changed : made.filter((one) => one.reads.some((id) => idOf(id) === into));
  }
  const results = [...counts.keys()].slice(SIZES.length + constants.length);
  const last = pick(results);
  // Some of what was computed stays, so that it is seen.
  for (const id of results.filter(() => stream.below(3) === 0)) {
    const count = counts.get(id) as number;
    hand.opaque("x0", [count], [id], hand.kept(count));
  }
  const loss = hand.opaque("x0", [1], [{ id: last, strides: [0] }]);
  return { hand, recording: { ...hand.recording, loss } };
}
