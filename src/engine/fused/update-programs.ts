import type { Optimizer } from "../../shared/plugins/optimizers/index.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import type { WebGpuProgram } from "../tf.ts";
import { type Lanes, lanesCode, shareOut } from "./lanes.ts";
import { updateCode } from "./update-wgsl.ts";

/** Numbers that each vector of {@link UpdateProgram} takes in its buffer: whole vec4s. */
export const padded = (size: number): number => 4 * Math.ceil(size / 4);

/** What an update does beside the optimizer's own step. */
export interface UpdateExtras {
  /** Whether gradients are multiplied by a factor [1]. */
  readonly clips: boolean;
  /** Whether each parameter's step is multiplied by a number of its own [size]. */
  readonly scales: boolean;
}

/**
 * One step of an optimizer in place: the result holds theta [size], then each of its state vectors, one behind the
 * other, since a program of tfjs's writes one buffer. A thread moves four elements, so that most of what it loads and
 * stores goes by vec4: a fourth of the memory instructions on a GPU, and about a fourth of the time on an emulator (Adam
 * over 200,000 parameters).
 */
export class UpdateProgram implements WebGpuProgram {
  variableNames: string[];
  variableComponents: number[];
  outputComponent = 4;
  uniforms = "length : u32,";
  workgroupSize: [number, number, number] = [64, 1, 1];
  dispatchLayout = { x: [0] };
  dispatch: [number, number, number];
  outputShape: number[];
  shaderKey: string;
  readonly #wholeQuads: boolean;

  constructor(
    readonly optimizer: Optimizer,
    size: number,
    readonly more: UpdateExtras,
  ) {
    this.#wholeQuads = size % 4 === 0;
    const { clips, scales } = more;
    const vector = this.#wholeQuads ? 4 : 1;
    this.variableNames = ["gradients", "hypers", ...(clips ? ["factor"] : []), ...(scales ? ["scales"] : [])];
    this.variableComponents = this.variableNames.map((name) => (["gradients", "scales"].includes(name) ? vector : 1));
    this.outputShape = [padded(size) * (1 + buildOptimizer(optimizer).slots.length)];
    this.dispatch = [Math.ceil(size / 256), 1, 1];
    // Its rate is read, whatever it is; what else it is set to stands in the code.
    this.shaderKey = `update_${JSON.stringify({ ...optimizer, learningRate: 0 })}_${clips}_${scales}_${this.#wholeQuads}`;
  }

  getUserCode(): string {
    const vectors = ["theta", ...buildOptimizer(this.optimizer).slots.map((_, slot) => `slot${slot}`)];
    const accessors = vectors.map(
      (name) => `
        var<private> ${name}Quad : vec4<f32>;
        fn ${name}(i : u32) -> f32 { return ${name}Quad[i]; }
        fn set${name[0]?.toUpperCase()}${name.slice(1)}(i : u32, value : f32) { ${name}Quad[i] = value; }`,
    );
    const { clips, scales } = this.more;
    const quadOf = (vector: string): string => {
      const single = (i: number): string =>
        `select(0.0, ${vector}[min(4u * quad + ${i}u, uniforms.length - 1u)], 4u * quad + ${i}u < uniforms.length)`;
      return this.#wholeQuads ? `${vector}[quad]` : `vec4<f32>(${[0, 1, 2, 3].map(single).join(", ")})`;
    };
    return `
      ${accessors.join("")}
      fn hyper(j : u32) -> f32 { return hypers[j]; }
      ${updateCode(this.optimizer)}
      fn main(index : i32) {
        let quad = u32(index);
        let quads = (uniforms.length + 3u) / 4u;
        if (quad >= quads) { return; }
        let gradient = ${quadOf("gradients")}${clips ? " * factor[0]" : ""};
        ${vectors.map((name, n) => `${name}Quad = result[${n}u * quads + quad];`).join("\n        ")}
        ${scales ? "let before = thetaQuad;" : ""}
        update(0u, gradient.x);
        update(1u, gradient.y);
        update(2u, gradient.z);
        update(3u, gradient.w);
        ${scales ? `thetaQuad = before + ${quadOf("scales")} * (thetaQuad - before);` : ""}
        ${vectors.map((name, n) => `result[${n}u * quads + quad] = ${name}Quad;`).join("\n        ")}
      }`;
  }
}

/** Squares of a vector, each thread's share summed: -> [threads]. */
export class SquaresProgram implements WebGpuProgram {
  variableNames = ["gradients"];
  uniforms = "length : u32,";
  workgroupSize: [number, number, number];
  dispatchLayout = { x: [0] };
  dispatch: [number, number, number];
  outputShape: number[];
  shaderKey: string;

  constructor(readonly threads: number) {
    this.outputShape = [threads];
    this.workgroupSize = [Math.min(64, threads), 1, 1];
    this.dispatch = [Math.ceil(threads / 64), 1, 1];
    this.shaderKey = `squares_${threads}`;
  }

  getUserCode(): string {
    return `
      fn main(index : i32) {
        var sum = 0.0;
        for (var i = u32(index); i < uniforms.length; i += ${this.threads}u) { sum += gradients[i] * gradients[i]; }
        result[index] = sum;
      }`;
  }
}

/** min(1, norm / (sqrt(sum of the shares) + 1e-12)): what clipToNorm multiplies a gradient by, [shares] -> [1]. */
export class ClipFactorProgram implements WebGpuProgram {
  variableNames = ["shares"];
  uniforms = "norm : f32,";
  workgroupSize: [number, number, number];
  dispatchLayout = { x: [0] };
  dispatch: [number, number, number] = [1, 1, 1];
  outputShape = [1];
  shaderKey: string;

  constructor(
    readonly numShares: number,
    readonly lanes: Lanes,
  ) {
    this.workgroupSize = [lanes, 1, 1];
    this.shaderKey = `clip_factor_${numShares}_${lanes}`;
  }

  getUserCode(): string {
    return `
      ${lanesCode(this.lanes)}
      fn main(index : i32) {
        ${this.lanes === 1 ? "" : "laneOfLoss = u32(index);"}
        var sum = 0.0;
        ${shareOut("i", this.lanes, `${this.numShares}u`, "sum += shares[i];")}
        let squares = sumOverLanes(vec2<f32>(sum)).x;
        if (index == 0) { result[0] = min(1.0, uniforms.norm / (sqrt(squares) + 1e-12)); }
      }`;
  }
}
