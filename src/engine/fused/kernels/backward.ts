import type { DenseLayer } from "../dense-stack.ts";
import { accumulator, range, tileProductCode } from "../tile-product.ts";
import type { Region } from "../work-map.ts";
import { bindings, type Dispatch, entry, type KernelSetup } from "./bindings.ts";
import { inside, masked } from "./forward.ts";
import { weightsAlongRows } from "./weights.ts";

/**
 * d_{l-1} = d_l W_l^T, summed over the copies of each row where layer l reads it several times, times the derivative of
 * what stands between: 1 / (1 - rate) where relu and dropout let a number through, else 0.
 */
export function backward(setup: KernelSetup, layer: DenseLayer, index: number): Dispatch {
  const { stack, work, geometry } = setup;
  const below = stack.layers[index - 1] as DenseLayer;
  const { inputs } = layer;
  const fold = layer.stage?.fold ?? 1;
  const tile = geometry.tile(below.rows, inputs);
  const across = Math.ceil(inputs / tile.columns);
  const tiles = across * Math.ceil(below.rows / tile.rows);
  const from = work.gradients[index] as Region;
  const width = 4 * from.stride;
  const weights = weightsAlongRows(layer);
  // The copies of a row lie one behind the other, so that their sum is one longer product.
  const row = (i: number) => `min(firstRow + ${i}u, ${below.rows - 1}u)`;
  const product = tileProductCode({
    rows: tile.rows,
    columns: tile.columns,
    inner: fold * width,
    transposed: true,
    loadA: range(tile.rows)
      .map((i) => `let a${i} = work[${from.start}u + ${row(i)} * ${fold * from.stride}u + (k >> 2u)];`)
      .join("\n"),
    loadB: `let n = ${fold === 1 ? "k" : `k % ${width}u`};\n${weights.load(tile.columns)}`,
  });
  return {
    label: `backward ${index}`,
    code: `${bindings(setup, { theta: weights.view, work: "vec4<f32>" })}
${entry(geometry.workgroup)} {
  let thread = group.x * ${geometry.workgroup}u + lane;
  if (thread >= ${tiles}u) { return; }
  let firstRow = (thread / ${across}u) * ${tile.rows}u;
  let column = (thread % ${across}u) * ${tile.columns}u;
  ${product}
  ${range(tile.rows)
    .map((i) => storeRow(setup, below, index - 1, i, tile.columns))
    .join("\n  ")}
}`,
    workgroups: Math.ceil(tiles / geometry.workgroup),
  };
}

function storeRow({ work }: KernelSetup, below: DenseLayer, index: number, i: number, columns: number): string {
  const to = work.gradients[index] as Region;
  const passed = work.outputs[index] as Region;
  const factor = below.dropouts.reduce((product, { rate }) => product / (1 - rate), 1);
  const store = (j: number) => `{
    let block = (column >> 2u) + ${j}u;
    ${inside("block", below.outputs, columns)}{
      let through = work[${passed.start}u + row * ${passed.stride}u + block] > vec4<f32>();
      let v = select(vec4<f32>(), ${accumulator(i, j)}${factor === 1 ? "" : ` * ${factor}`}, through);
      work[${to.start}u + row * ${to.stride}u + block] = ${masked("v", "block", below.outputs)};
    }
  }`;
  return `{
    let row = firstRow + ${i}u;
    if (row < ${below.rows}u) {
    ${range(columns / 4)
      .map(store)
      .join("\n")}
    }
  }`;
}
