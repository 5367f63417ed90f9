import { workgroupsOf } from "../../kernels/flat-program.ts";
import { type Filling, filled } from "../filled.ts";
import type { Dispatch, Recording, ValueId } from "../recording.ts";
import { type Grids, gridOfLoad, type Node, type Plan } from "./fused-kernel.ts";
import type { Load } from "./sites.ts";

const WORKGROUP = 64;
const LANES = [0, 1, 2, 3] as const;

/** The dispatch that does what a plan says. Sizes and strides are uniforms: plans of one structure share their code. */
export function dispatchOf(plan: Plan, recording: Recording, op: string): Dispatch {
  const code = new FusedCode(plan, recording);
  const text = code.text();
  const threads = code.quad ? plan.count / 4 : plan.count;
  return {
    op,
    program: { label: `fused ${op}`, source: { code: text, entryPoint: "main" } },
    workgroups: workgroupsOf(threads, WORKGROUP),
    writes: plan.stores.map(({ value }) => value),
    reads: code.reads,
    uniforms: code.uniforms.bytes(),
    elementwise: null,
    copy: null,
  };
}

/** Uniforms by name, each four bytes. */
class Uniforms {
  readonly #names: string[] = [];
  readonly #types: ("u32" | "f32")[] = [];
  readonly #numbers: number[] = [];

  add(name: string, type: "u32" | "f32", value: number): string {
    this.#names.push(name);
    this.#types.push(type);
    this.#numbers.push(value);
    return `uniforms.${name}`;
  }

  declared(): string {
    return `struct Uniforms { ${this.#names.map((name, i) => `${name} : ${this.#types[i]}, `).join("")}};`;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const buffer = new ArrayBuffer(16 * Math.ceil(this.#numbers.length / 4));
    const view = new DataView(buffer);
    for (const [i, value] of this.#numbers.entries())
      if (this.#types[i] === "u32") view.setUint32(4 * i, value, true);
      else view.setFloat32(4 * i, value, true);
    return new Uint8Array(buffer);
  }
}

/** How a thread reads a load. */
type Access =
  /** By vec4: four neighbours at the thread's own place, or along the last axis. */
  | "own"
  | "row"
  /** One number for all four. */
  | "same"
  /** Four numbers, each at a place of its own. */
  | "lanes"
  /** One number. */
  | "single";

class FusedCode {
  readonly uniforms = new Uniforms();
  readonly reads: readonly ValueId[];
  /** Whether a thread computes four neighbours. */
  readonly quad: boolean;
  readonly #strides: readonly (readonly number[] | null)[];
  readonly #wide: ReadonlySet<ValueId>;

  constructor(
    readonly plan: Plan,
    readonly recording: Recording,
  ) {
    const { loads, grids, count } = plan;
    this.quad = count % 4 === 0;
    const strides = { along: grids.along.strides.values(), apart: grids.apart.strides.values() };
    this.#strides = loads.map((load) => {
      const grid = gridOfLoad(load, count);
      return grid && (strides[grid].next().value as number[]);
    });
    this.reads = [...new Set(loads.map(({ value }) => value))];
    this.#wide = new Set(this.reads.filter((value) => this.#isWide(value)));
  }

  /** True where every load of a value is by vec4, and it ends with one. */
  #isWide(value: ValueId): boolean {
    const bytes = this.recording.values[value]?.bytes as number;
    const byQuad = (load: Load, i: number) =>
      load.value !== value || ["own", "row"].includes(this.#access(load, this.#strides[i] as number[] | null));
    return this.quad && bytes % 16 === 0 && this.plan.loads.every(byQuad);
  }

  #access(load: Load, strides: readonly number[] | null): Access {
    if (load.integers === "raw" || !this.quad) return "single";
    if (!strides) return "own";
    if (strides.every((stride) => stride === 0)) return "same";
    if (gridOfLoad(load, this.plan.count) === "apart") return "lanes";
    const last = strides.at(-1) as number;
    if (last === 0) return "same";
    return last === 1 && strides.slice(0, -1).every((stride) => stride % 4 === 0) ? "row" : "lanes";
  }

  text(): string {
    const { loads, nodes, stores } = this.plan;
    const { quad } = this;
    const wide = (type: string) => (quad ? `vec4<${type}>` : type);
    const threads = this.uniforms.add("threads", "u32", quad ? this.plan.count / 4 : this.plan.count);
    const coordinates = [this.#coordinates("along"), this.#coordinates("apart")];
    const loaded = loads.map((load, i) => this.#load(load, i));
    const computed = nodes.map((node, i) => `let n${i} = ${this.#expression(node, i)};`);
    const stored = stores.map(({ node }, i) => {
      const { integers } = (nodes[node] as Node).elementwise;
      return `result${i}[thread] = ${integers ? `${wide("i32")}(n${node})` : `n${node}`};`;
    });
    const storeType = ({ node }: Plan["stores"][number]) =>
      wide((nodes[node] as Node).elementwise.integers ? "i32" : "f32");
    const bindings = [
      ...stores.map((store, i) => `var<storage, read_write> result${i} : array<${storeType(store)}>;`),
      ...this.reads.map((value) => `var<storage, read> v${this.reads.indexOf(value)} : array<${this.#type(value)}>;`),
      "var<uniform> uniforms : Uniforms;",
    ].map((declared, i) => `@group(0) @binding(${i}) ${declared}`);
    return [
      this.uniforms.declared(),
      ...bindings,
      ...this.#functions(),
      `@compute @workgroup_size(${WORKGROUP})
      fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(num_workgroups) groups : vec3<u32>,
              @builtin(local_invocation_index) lane : u32) {
        let thread = (group.y * groups.x + group.x) * ${WORKGROUP}u + lane;
        if (thread >= ${threads}) { return; }`,
      ...coordinates,
      ...loaded,
      ...computed,
      ...stored,
      "}",
    ].join("\n");
  }

  #type(value: ValueId): string {
    const load = this.plan.loads.find((one) => one.value === value) as Load;
    const type = load.integers ? "i32" : "f32";
    return this.#wide.has(value) ? `vec4<${type}>` : type;
  }

  /** along0, along1, ... and apart0, apart1, ...: along the axes of a grid, of the first of four neighbours or of each. */
  #coordinates(which: keyof Grids): string {
    const { loads, count, grids } = this.plan;
    const isUsed = loads.some(
      (load, i) => gridOfLoad(load, count) === which && this.#strides[i]?.some((stride) => stride !== 0),
    );
    if (!isUsed) return "";
    const { axes } = grids[which];
    const apart = which === "apart";
    const first = apart ? "vec4<u32>(thread * 4u) + vec4<u32>(0u, 1u, 2u, 3u)" : "thread";
    const lines = [`let ${which}Rest${axes.length} = ${first};`];
    for (let i = axes.length - 1; i > 0; i--) {
      const whole = axes[i] as number;
      const inQuads = this.quad && !apart && i === axes.length - 1;
      const size = this.uniforms.add(`${which}Size${i}`, "u32", inQuads ? whole / 4 : whole);
      const rest = `${which}Rest${i + 1}`;
      lines.push(
        `let ${which}Rest${i} = ${rest} / ${size};`,
        `let ${which}${i} = ${rest} - ${which}Rest${i} * ${size};`,
      );
    }
    return [...lines, `let ${which}0 = ${which}Rest1;`].join("\n");
  }

  /** Lines that leave load i in `l<i>`. */
  #load(load: Load, i: number): string {
    const [lines, value] = this.#loaded(load, i);
    return `${lines}let l${i} = ${value};`;
  }

  #loaded(load: Load, i: number): [lines: string, value: string] {
    const strides = this.#strides[i] as number[] | null;
    const access = this.#access(load, strides);
    const name = `v${this.reads.indexOf(load.value)}`;
    const isWide = this.#wide.has(load.value);
    const asFloat = (value: string, type: string) => (load.integers === true ? `${type}(${value})` : value);
    const four = (at: (lane: number) => string) =>
      `vec4<f32>(${LANES.map((lane) => asFloat(`${name}[${at(lane)}]`, "f32")).join(", ")})`;
    switch (access) {
      case "own":
        return ["", isWide ? asFloat(`${name}[thread]`, "vec4<f32>") : four((lane) => `thread * 4u + ${lane}u`)];
      case "row":
        if (isWide) return ["", asFloat(`${name}[${this.#place(strides as number[], i, 4)}]`, "vec4<f32>")];
        return this.#apart(strides as number[], i, four);
      case "same":
        return ["", `vec4<f32>(${asFloat(`${name}[${this.#place(strides as number[], i, 1)}]`, "f32")})`];
      case "lanes":
        return this.#apart(strides as number[], i, four);
      case "single":
        return ["", asFloat(`${name}[${strides ? this.#place(strides, i, 1) : "thread"}]`, "f32")];
      default:
        return access satisfies never;
    }
  }

  /** Four numbers one by one. */
  #apart(
    strides: readonly number[],
    i: number,
    four: (at: (lane: number) => string) => string,
  ): [lines: string, value: string] {
    const load = this.plan.loads[i] as Load;
    if (gridOfLoad(load, this.plan.count) === "apart")
      return [`let p${i} = ${this.#place(strides, i, 1)};\n`, four((lane) => `p${i}[${lane}]`)];
    const last = strides.at(-1) as number;
    const step = this.uniforms.add(`step${i}`, "u32", last);
    const place = this.#place([...strides.slice(0, -1), 4 * last], i, 1);
    return [`let p${i} = ${place};\n`, four((lane) => `p${i} + ${lane}u * ${step}`)];
  }

  /** Where a load lies, in elements of `unit` numbers; the last axis counts such elements already. */
  #place(strides: readonly number[], i: number, unit: 1 | 4): string {
    const grid = gridOfLoad(this.plan.loads[i] as Load, this.plan.count);
    const terms = strides.flatMap((stride, axis) => {
      if (stride === 0) return [];
      const isLast = axis === strides.length - 1;
      if (unit === 4 && isLast) return [`${grid}${axis}`];
      return [`${grid}${axis} * ${this.uniforms.add(`stride${i}_${axis}`, "u32", stride / unit)}`];
    });
    return terms.length > 0 ? terms.join(" + ") : "0u";
  }

  /** What the expressions call, each function once. */
  #functions(): string[] {
    const nothing = { operand: () => "", scalar: () => "", word: () => "", at: "" };
    const preludes = new Set(this.plan.nodes.flatMap(({ elementwise }) => elementwise.prelude ?? []));
    return [...preludes].map((prelude) => filled(prelude, { ...this.#types(), ...nothing }));
  }

  #types(): Pick<Filling, "type" | "unsigned"> {
    return this.quad ? { type: "vec4<f32>", unsigned: "vec4<u32>" } : { type: "f32", unsigned: "u32" };
  }

  #expression({ elementwise, inputs }: Node, i: number): string {
    const { expression, scalars = [], words = [] } = elementwise;
    const { type } = this.#types();
    const operands = inputs.map((input, n): string => {
      if ("node" in input) return `n${input.node}`;
      if ("load" in input) return `l${input.load}`;
      return `${type}(${this.uniforms.add(`constant${i}_${n}`, "f32", input.constant)})`;
    });
    const scalar = scalars.map((value, n) => this.uniforms.add(`s${i}_${n}`, "f32", value));
    const word = words.map((value, n) => this.uniforms.add(`word${i}_${n}`, "u32", value));
    return filled(expression, {
      ...this.#types(),
      operand: (n) => operands[n] as string,
      scalar: (n) => scalar[n] as string,
      word: (n) => word[n] as string,
      at: "(thread * 4u)",
    });
  }
}
