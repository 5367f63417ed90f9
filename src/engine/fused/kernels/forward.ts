import type { DenseLayer } from "../dense-stack.ts";
import { accumulator, range, tileProductCode } from "../tile-product.ts";
import { quadsOf, type Region } from "../work-map.ts";
import { bindings, type Dispatch, drawing, entry, type KernelSetup, thinned } from "./bindings.ts";
import { prepareRows, stageCode } from "./stage.ts";
import { weightsAlongColumns } from "./weights.ts";

/**
 * y = x W + b, then relu and dropout but for the last layer, [rows, inputs] -> [rows, outputs]. A layer with a stage has
 * its rows made ready by the threads that then read them, so that a noise is drawn once and in the kernel that
 * consumes it.
 */
export function forward(setup: KernelSetup, layer: DenseLayer, index: number): Dispatch {
  const { stack, geometry } = setup;
  const { rows, outputs, inputs, stage, dropouts } = layer;
  const lanes = geometry.stageLanes;
  const shared = stage !== null && lanes > 1;
  const tile = geometry.tile(rows, stage ? 1 : outputs);
  const columns = geometry.tile(rows, outputs).columns;
  const across = Math.ceil(outputs / columns);
  const down = Math.ceil(rows / tile.rows);
  const weights = weightsAlongColumns(layer);
  const compute = `${tileProductCode({
    rows: tile.rows,
    columns,
    inner: 4 * quadsOf(inputs),
    loadA: rowsAlongK(setup.work.inputs[index] as Region, tile.rows, rows),
    loadB: weights.load(columns),
  })}
  ${range(tile.rows)
    .map((i) => storeRow(setup, layer, index, i, columns, weights.bias))
    .join("\n  ")}`;
  const alone = `let thread = group.x * ${geometry.workgroup}u + lane;`;
  const body = stage
    ? `
  ${shared ? "let thread = group.x;" : alone}
  let firstRow = thread * ${tile.rows}u;
  if (firstRow >= ${rows}u) { return; }
  let first = ${shared ? "lane" : "0u"};
  ${prepareRows(rows, tile.rows, inputs, lanes)}
  ${shared ? "storageBarrier();" : ""}
  for (var column = first * ${columns}u; column < ${outputs}u; column += ${lanes * columns}u) {${compute}
  }`
    : `
  ${alone}
  if (thread >= ${down * across}u) { return; }
  let firstRow = (thread / ${across}u) * ${tile.rows}u;
  let column = (thread % ${across}u) * ${columns}u;${compute}`;
  const threads = stage ? down : down * across;
  const draws = dropouts.length > 0 || (stage?.noises.length ?? 0) > 0;
  return {
    label: `forward ${index}`,
    code: `${bindings(setup, { theta: weights.view, work: "vec4<f32>" })}
${draws ? drawing(stack.k) : ""}
${stageCode(setup, layer, index)}
${entry(shared ? lanes : geometry.workgroup)} {${body}
}`,
    workgroups: shared ? threads : Math.ceil(threads / geometry.workgroup),
  };
}

/** Four k of every row of the tile; rows beyond the last repeat it, and are not stored. */
export function rowsAlongK({ start, stride }: Region, tileRows: number, rows: number): string {
  const row = (i: number) => (rows % tileRows === 0 ? `(firstRow + ${i}u)` : `min(firstRow + ${i}u, ${rows - 1}u)`);
  return range(tileRows)
    .map((i) => `let a${i} = work[${start}u + ${row(i)} * ${stride}u + (k >> 2u)];`)
    .join("\n");
}

function storeRow(
  { stack, work }: KernelSetup,
  { rows, outputs, dropouts }: DenseLayer,
  index: number,
  i: number,
  columns: number,
  bias: (column: string) => string,
): string {
  const isLast = index === stack.layers.length - 1;
  const to = work.outputs[index] as Region;
  const store = (j: number) => `{
    let block = (column >> 2u) + ${j}u;
    var v = ${accumulator(i, j)} + ${bias(`(column + ${4 * j}u)`)};
    ${isLast ? "" : "v = select(v, vec4<f32>(), v <= vec4<f32>());"}
    ${dropouts.map(({ rate, key }) => thinned(rate, "block", key)).join("\n")}
    ${inside("block", outputs, columns)}{ work[${to.start}u + row * ${to.stride}u + block] = ${masked("v", "block", outputs)}; }
  }`;
  return `{
    let row = firstRow + ${i}u;
    if (row < ${rows}u) {
    ${range(columns / 4)
      .map(store)
      .join("\n")}
    }
  }`;
}

/** A guard for blocks of four columns beyond the matrix, where its tiles reach there. */
export const inside = (block: string, width: number, tileColumns: number): string =>
  (4 * quadsOf(width)) % tileColumns === 0 ? "" : `if (${block} < ${quadsOf(width)}u) `;

/** Four numbers with zeros beyond the matrix's width: padding stays zero. */
export const masked = (v: string, block: string, width: number): string =>
  width % 4 === 0
    ? v
    : `select(vec4<f32>(), ${v}, vec4<u32>(4u * ${block}) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(${width}u))`;
