import type { Copy } from "../kernels/copies.ts";
import type { Batch } from "../train/batches.ts";
import type { Elementwise } from "./elementwise.ts";

/** Number of a value in {@link Recording.values}. */
export type ValueId = number;

/** What a binding of a recorded step holds. */
export type Value = { readonly bytes: number } & (
  | { readonly kind: "temporary" }
  /** The same in every step. */
  | { readonly kind: "constant"; readonly content: Uint8Array<ArrayBuffer> }
  /** Written by the host before every step: {@link Recording.feeds}. */
  | { readonly kind: "fed"; readonly feed: number }
  /** Lies in a buffer that outlives the step: parameters, optimizer state, data. */
  | { readonly kind: "kept"; readonly buffer: GPUBuffer; readonly offset?: number }
);

/** What a dispatch runs: a pipeline that is compiled already, or the code of one with the entry point `main`. */
export interface Program {
  /** Names the code, for messages and for what shares it. */
  readonly label: string;
  /** tfjs's own name for it, where it is one of tfjs's: what it compiles next time is then this one. */
  readonly shaderKey?: string;
  readonly source: GPUComputePipeline | { readonly code: string; readonly entryPoint: string };
}

/** One dispatch. Bindings of group 0: what it writes, what it reads, its uniforms. */
export interface Dispatch {
  /** Name of the operation in tfjs's registry. */
  readonly op: string;
  readonly program: Program;
  readonly workgroups: readonly [number, number, number];
  /** It may read these, too, where they were written before. */
  readonly writes: readonly ValueId[];
  readonly reads: readonly ValueId[];
  /** Bytes of its uniforms; empty where it has none. */
  readonly uniforms: Uint8Array<ArrayBuffer>;
  /** What it computes, where each number of its result depends on one number of each operand. */
  readonly elementwise: Elementwise | null;
  /** Where it only copies neighbouring bytes. */
  readonly copy: Copy | null;
  /** The recomputation that it is part of, counted from 1; left out where it is part of none. */
  readonly region?: number | undefined;
}

/** Numbers that the host gives each step. */
export interface Feed {
  readonly dtype: "int32" | "float32";
  readonly length: number;
  readonly of: (batch: Batch, step: number) => ArrayLike<number>;
}

/** A number that the shapes of a recording rest on: it stands for no step of which this is not the same. */
export interface Size {
  readonly of: (batch: Batch, step: number) => number;
  readonly value: number;
}

/** Everything that a step asks of the device, in order. */
export interface Recording {
  readonly values: readonly Value[];
  readonly dispatches: readonly Dispatch[];
  readonly feeds: readonly Feed[];
  readonly sizes: readonly Size[];
  /** What the step computes beside what it changes in place: its loss []. */
  readonly loss: ValueId;
}
