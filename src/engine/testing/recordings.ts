import type { Elementwise } from "../captured/elementwise.ts";
import { filled } from "../captured/filled.ts";
import type { Dispatch, Recording, Value, ValueId } from "../captured/recording.ts";
import { Stream } from "../rng.ts";

/** An operand of a hand-made dispatch: by itself where it lies like the result. */
type Read = ValueId | { readonly id: ValueId; readonly strides: readonly number[] };

/** A recording made by hand, whose kernels are plain: a number a thread, sizes in the code. */
export class HandMade {
  readonly #values: Value[] = [];
  readonly #dispatches: Dispatch[] = [];
  readonly contents: Record<ValueId, Float32Array> = {};

  get recording(): Recording {
    return { values: this.#values, dispatches: this.#dispatches, feeds: [], loss: -1 };
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
      program: { label: op, source: { code: plainCode(e, count), entryPoint: "main" } },
      workgroups: [Math.ceil(count / 64), 1, 1],
      writes: [result],
      reads: reads.map((read) => (typeof read === "number" ? read : read.id)),
      uniforms: new Uint8Array(),
      elementwise: annotated ? e : null,
      copy: null,
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
