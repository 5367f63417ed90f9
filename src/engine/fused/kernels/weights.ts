import type { DenseLayer } from "../dense-stack.ts";
import { range } from "../tile-product.ts";

/** How a kernel loads a layer's weights. */
export interface WeightLoads {
  readonly view: "f32" | "vec4<f32>";
  /** WGSL of the matrices of a tile from `column` on, at `k`. */
  load(columns: number): string;
}

/** Weights lie in theta as their names sort; where they happen to lie on fours they are read so, at half the price. */
const isAligned = ({ weight, bias, outputs }: DenseLayer): boolean =>
  weight % 4 === 0 && bias % 4 === 0 && outputs % 4 === 0;

const held = (index: string, size: number, needed: boolean): string => (needed ? `min(${index}, ${size - 1}u)` : index);

/** W as the forward pass reads it: a matrix's column is four outputs of one input. */
export function weightsAlongColumns(layer: DenseLayer): WeightLoads & { bias(column: string): string } {
  const { inputs, outputs, weight, bias } = layer;
  const input = (u: number) => held(`(k + ${u}u)`, inputs, inputs % 4 !== 0);
  if (isAligned(layer)) {
    const block = (at: string) => held(at, outputs / 4, true);
    return {
      view: "vec4<f32>",
      load: (columns) =>
        range(columns / 4)
          .map((j) => {
            const quad = block(`((column >> 2u) + ${j}u)`);
            return `let m${j} = mat4x4<f32>(${range(4).map((u) => `thetas[${weight / 4}u + ${input(u)} * ${outputs / 4}u + ${quad}]`)});`;
          })
          .join("\n"),
      bias: (column) => `thetas[${bias / 4}u + ${block(`(${column} >> 2u)`)}]`,
    };
  }
  const output = (at: string) => held(at, outputs, true);
  return {
    view: "f32",
    load: (columns) =>
      range(columns / 4)
        .map((j) => {
          const four = (u: number) =>
            `vec4<f32>(${range(4).map((c) => `thetas[${weight}u + ${input(u)} * ${outputs}u + ${output(`(column + ${4 * j + c}u)`)}]`)})`;
          return `let m${j} = mat4x4<f32>(${range(4).map(four).join(",\n")});`;
        })
        .join("\n"),
    bias: (column) => `vec4<f32>(${range(4).map((c) => `thetas[${bias}u + ${output(`(${column} + ${c}u)`)}]`)})`,
  };
}

/** W^T as the backward pass reads it: a matrix's column is four outputs of one input, as they lie. */
export function weightsAlongRows(layer: DenseLayer): WeightLoads {
  const { inputs, outputs, weight } = layer;
  const input = (j: number, c: number) => held(`(column + ${4 * j + c}u)`, inputs, true);
  const aligned = isAligned(layer);
  const four = (j: number, c: number) =>
    aligned
      ? `thetas[${weight / 4}u + ${input(j, c)} * ${outputs / 4}u + (n >> 2u)]`
      : `vec4<f32>(${range(4).map((u) => `thetas[${weight}u + ${input(j, c)} * ${outputs}u + ${held(`(n + ${u}u)`, outputs, outputs % 4 !== 0)}]`)})`;
  return {
    view: aligned ? "vec4<f32>" : "f32",
    load: (columns) =>
      range(columns / 4)
        .map(
          (j) =>
            `let m${j} = mat4x4<f32>(${range(4)
              .map((c) => four(j, c))
              .join(",\n")});`,
        )
        .join("\n"),
  };
}
