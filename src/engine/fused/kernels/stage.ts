import type { DenseLayer, StageNoise } from "../dense-stack.ts";
import { range } from "../tile-product.ts";
import { quadsOf, type Region } from "../work-map.ts";
import { draw, type KernelSetup, thinned } from "./bindings.ts";

/**
 * WGSL of `prepare(row, block)`: four features of a row that a layer reads, copied out of the data set or out of the
 * layer below, under the noises that enter there. The one place that draws them: what follows reads the rows.
 */
export function stageCode(setup: KernelSetup, layer: DenseLayer, index: number): string {
  if (!layer.stage) return "";
  const { inputs, stage } = layer;
  const to = setup.work.inputs[index] as Region;
  const kept =
    inputs % 4 === 0
      ? "v"
      : `select(vec4<f32>(), v, vec4<u32>(4u * block) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(${inputs}u))`;
  return `
fn prepare(row : u32, block : u32) {
  ${read(setup, index, inputs, stage.fold)}
  ${stage.noises.map((noise) => noiseCode(setup, noise, inputs)).join("\n  ")}
  work[${to.start}u + row * ${to.stride}u + block] = ${kept};
}`;
}

function read({ work }: KernelSetup, index: number, inputs: number, fold: number): string {
  const row = fold === 1 ? "row" : `(row / ${fold}u)`;
  if (index === 0)
    return `let start = source(${row}) * ${inputs}u;
  var v = vec4<f32>(${range(4).map((c) => `inputs[start + ${feature(c, inputs)}]`)});`;
  const from = work.outputs[index - 1] as Region;
  return `var v = work[${from.start}u + ${row} * ${from.stride}u + block];`;
}

/** Index of the block's feature c, held inside the row. */
const feature = (c: number, inputs: number): string =>
  inputs % 4 === 0 ? `4u * block + ${c}u` : `min(4u * block + ${c}u, ${inputs - 1}u)`;

function noiseCode({ facts }: KernelSetup, noise: StageNoise, inputs: number): string {
  switch (noise.id) {
    case "gaussian": {
      const deviations = range(4).map((c) => `facts[${facts.stdDevs}u + ${feature(c, inputs)}]`);
      const scale = noise.perFeature ? ` * vec4<f32>(${deviations})` : "";
      return `v += ${noise.stdDev} * ${draw("normals4", "block", noise.key)}${scale};`;
    }
    case "dropout":
      return thinned(noise.rate, "block", noise.key);
    case "feature-drop":
      return noise.probability === 0
        ? ""
        : `for (var c = 0u; c < ${Math.min(4, inputs)}u; c++) {
    let j = min(4u * block + c, ${inputs - 1}u);
    let column = u32(facts[${facts.columnOf}u + j]);
    let kept = ${draw("uniforms4", "(column / 4u)", noise.key)}[column % 4u] >= ${noise.probability};
    v[c] = select(facts[${facts.emptyRow}u + j], v[c], kept);
  }`;
    default:
      return noise satisfies never;
  }
}

/** WGSL that prepares the rows from `firstRow` on, shared by the threads from `first` on. */
export const prepareRows = (rows: number, tileRows: number, inputs: number, lanes: number): string => `
  for (var row = firstRow; row < min(firstRow + ${tileRows}u, ${rows}u); row++) {
    for (var block = first; block < ${quadsOf(inputs)}u; block += ${lanes}u) { prepare(row, block); }
  }`;
