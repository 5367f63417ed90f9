import { PHILOX_WGSL } from "../../kernels/philox-wgsl.ts";
import type { DenseStack, Key } from "../dense-stack.ts";
import type { Geometry } from "../geometry.ts";
import { type FactsMap, factsMap, STEP_HEADER, type WorkMap, workMap } from "../work-map.ts";

/** One dispatch of a step: its WGSL and how many workgroups it takes. */
export interface Dispatch {
  readonly label: string;
  readonly code: string;
  readonly workgroups: number;
}

/** All that decides the kernels of a stack. */
export interface KernelSetup {
  readonly stack: DenseStack;
  readonly work: WorkMap;
  readonly facts: FactsMap;
  readonly geometry: Geometry;
  /** State vectors of the optimizer, each as long as theta; where the gradient is clipped it lies behind them. */
  readonly numSlots: number;
}

export const kernelSetup = (stack: DenseStack, geometry: Geometry, numSlots: number): KernelSetup => ({
  stack,
  geometry,
  numSlots,
  work: workMap(stack),
  facts: factsMap(stack),
});

/** How a kernel reads theta and the work buffer: number by number, or four at a time. */
export interface Views {
  readonly theta?: "f32" | "vec4<f32>";
  readonly work?: "f32" | "vec4<f32>";
}

/**
 * What every kernel sees, in one bind group for the whole step. Sizes are constants: a software adapter reads an array
 * of known size at half the price, since the bounds need not be fetched.
 */
export function bindings({ stack, work, numSlots }: KernelSetup, { theta = "f32", work: view = "f32" }: Views): string {
  const length = (numbers: number, type: string) => (type === "f32" ? numbers : Math.floor(numbers / 4));
  return `
@group(0) @binding(0) var<storage, read_write> thetas : array<${theta}, ${length(stack.parameters, theta)}>;
@group(0) @binding(1) var<storage, read_write> slots : array<f32, ${Math.max(1, (numSlots + 1) * stack.parameters)}>;
@group(0) @binding(2) var<storage, read_write> work : array<${view}, ${length(4 * work.size, view)}>;
@group(0) @binding(3) var<storage, read> inputs : array<f32>;
@group(0) @binding(4) var<storage, read> labels : array<u32>;
@group(0) @binding(5) var<storage, read> stepData : array<u32, ${STEP_HEADER + stack.sources}>;
@group(0) @binding(6) var<storage, read> facts : array<f32>;
@group(0) @binding(7) var<storage, read_write> losses : array<f32>;
fn stepNumber() -> u32 { return stepData[0]; }
fn source(row : u32) -> u32 { return stepData[${STEP_HEADER}u + row] & 0x7fffffffu; }
fn isPadding(row : u32) -> bool { return (stepData[${STEP_HEADER}u + row] >> 31u) == 1u; }
`;
}

/** Head of the entry point; `group` and `lane` say where a thread stands. */
export const entry = (threads: number): string =>
  `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) lane : u32)`;

/** WGSL that draws need: the generator, and the repeats of a sample. */
export const drawing = (k: number): string => `const K = ${k}u;\n${PHILOX_WGSL}`;

/** Four numbers drawn for four features of `row`: of one repeat of one sample. */
export const draw = (distribution: "uniforms4" | "normals4", block: string, [key0, key1]: Key): string =>
  `${distribution}(philox(vec4<u32>(${block}, row / K, row % K, stepNumber()), vec2<u32>(${key0}u, ${key1}u)))`;

/** `v` under dropout: v m / (1 - rate). */
export const thinned = (rate: number, block: string, key: Key): string =>
  rate === 0
    ? ""
    : `v = select(vec4<f32>(), v * ${1 / (1 - rate)}, ${draw("uniforms4", block, key)} >= vec4<f32>(${rate}));`;
