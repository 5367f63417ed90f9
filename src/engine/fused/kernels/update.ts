import type { DenseLayer } from "../dense-stack.ts";
import { accumulator, range, tileProductCode } from "../tile-product.ts";
import type { Region } from "../work-map.ts";
import { bindings, type Dispatch, entry, type KernelSetup } from "./bindings.ts";

/** How an optimizer's code reads and writes its state (update-wgsl.ts). */
const optimizerState = (parameters: number): string => `
fn theta(i : u32) -> f32 { return thetas[i]; }
fn setTheta(i : u32, value : f32) { thetas[i] = value; }
fn slot0(i : u32) -> f32 { return slots[i]; }
fn setSlot0(i : u32, value : f32) { slots[i] = value; }
fn slot1(i : u32) -> f32 { return slots[${parameters}u + i]; }
fn setSlot1(i : u32, value : f32) { slots[${parameters}u + i] = value; }
fn hyper(j : u32) -> f32 { return bitcast<f32>(stepData[3u + j]); }
`;

/**
 * Gradients of all weights, x^T d and the sum of d over rows, each used at once to move its parameter; one workgroup
 * more sums the batch's loss into the ring. To clip by the global norm, all gradients are needed before any is used:
 * then they are kept, and two more dispatches follow.
 */
export function updates(setup: KernelSetup, update: string, clipNorm: number | null): Dispatch[] {
  const { stack, work, geometry, numSlots } = setup;
  const lanes = geometry.gradientLanes;
  const perGroup = lanes === 1 ? geometry.workgroup : 1;
  const parts = stack.layers.map((layer, index) => layerGradient(setup, layer, index));
  const groups = parts.map(({ tiles }) => Math.ceil(tiles / perGroup));
  const upTo = groups.map((_, i) => groups.slice(0, i + 1).reduce((a, b) => a + b, 0));
  const total = upTo.at(-1) as number;
  const kept = `fn update(i : u32, gradient : f32) { slots[${numSlots * stack.parameters}u + i] = gradient; }`;
  const { start } = work.sampleLosses;
  const code = `${bindings(setup, { work: "vec4<f32>" })}
${optimizerState(stack.parameters)}
${clipNorm === null ? update : kept}
${parts.map(({ code: part }) => part).join("\n")}
${entry(lanes === 1 ? geometry.workgroup : lanes)} {
  let unit = ${lanes === 1 ? `group.x * ${geometry.workgroup}u + lane` : "group.x"};
  ${upTo
    .map(
      (end, i) =>
        `if (group.x < ${end}u) { gradient${i}(unit - ${(end - (groups[i] as number)) * perGroup}u, lane); return; }`,
    )
    .join("\n  ")}
  if (lane > 0u) { return; }
  var sum = 0.0;
  for (var sample = 0u; sample < ${stack.samples}u; sample++) { sum += work[${start}u + (sample >> 2u)][sample & 3u]; }
  losses[stepData[1]] = sum;
}`;
  const gradients: Dispatch = {
    label: clipNorm === null ? "gradients and update" : "gradients",
    code,
    workgroups: total + 1,
  };
  return clipNorm === null ? [gradients] : [gradients, ...clippedUpdate(setup, update, clipNorm)];
}

/** WGSL of `gradientN(tile, lane)`; the first row of tiles also has the bias's part. */
function layerGradient(setup: KernelSetup, layer: DenseLayer, index: number): { code: string; tiles: number } {
  const { work, geometry } = setup;
  const { inputs, outputs, rows } = layer;
  const lanes = geometry.gradientLanes;
  const sides = geometry.tile(inputs, outputs);
  const tile = { rows: 4 * Math.ceil(sides.rows / 4), columns: sides.columns };
  const quads = tile.columns / 4;
  const across = Math.ceil(outputs / tile.columns);
  const tiles = across * Math.ceil(inputs / tile.rows);
  const x = work.inputs[index] as Region;
  const d = work.gradients[index] as Region;
  const block = (first: string, q: number, stride: number) => `min((${first} >> 2u) + ${q}u, ${stride - 1}u)`;
  const product = tileProductCode({
    rows: tile.rows,
    columns: tile.columns,
    inner: 4 * Math.ceil(rows / 4),
    sumsColumns: true,
    loadB: range(quads)
      .map(
        (j) =>
          `let m${j} = mat4x4<f32>(${range(4).map((u) => `work[${d.start}u + (k + ${u}u) * ${d.stride}u + ${block("column", j, d.stride)}]`)});`,
      )
      .join("\n"),
    loadA: range(tile.rows / 4)
      .flatMap((q) => [
        ...range(4).map(
          (u) => `let x${q}_${u} = work[${x.start}u + (k + ${u}u) * ${x.stride}u + ${block("firstRow", q, x.stride)}];`,
        ),
        ...range(4).map((c) => `let a${4 * q + c} = vec4<f32>(${range(4).map((u) => `x${q}_${u}.${"xyzw"[c]}`)});`),
      ])
      .join("\n"),
    ...(lanes > 1 && { share: { first: "lane", of: lanes } }),
  });
  const cells = [
    ...range(tile.rows).flatMap((i) => range(quads).map((j) => accumulator(i, j))),
    ...range(quads).map((j) => `sum${j}`),
  ];
  const code = `
var<${lanes === 1 ? "private" : "workgroup"}> cells${index} : array<vec4<f32>, ${cells.length * lanes}>;
fn move${index}(cell : u32, v : vec4<f32>, firstRow : u32, firstColumn : u32) {
  let column = firstColumn + 4u * (cell % ${quads}u);
  let row = firstRow + cell / ${quads}u;
  let isBias = cell >= ${tile.rows * quads}u;
  if ((isBias && firstRow > 0u) || (!isBias && row >= ${inputs}u)) { return; }
  let start = select(${layer.weight}u + row * ${outputs}u, ${layer.bias}u, isBias);
  for (var c = 0u; c < 4u; c++) {
    if (column + c < ${outputs}u) { update(start + column + c, v[c]); }
  }
}
fn gradient${index}(tile : u32, lane : u32) {
  if (tile >= ${tiles}u) { return; }
  let firstRow = (tile / ${across}u) * ${tile.rows}u;
  let column = (tile % ${across}u) * ${tile.columns}u;
  ${product}
  ${spread(`cells${index}`, `move${index}`, cells, lanes)}
}`;
  return { code, tiles };
}

/** Hands a tile's cells to `move`, after adding up what each of the lanes has of them. */
function spread(held: string, move: string, cells: readonly string[], lanes: number): string {
  const count = cells.length;
  if (lanes === 1)
    return `${cells.map((cell, e) => `${held}[${e}] = ${cell};`).join(" ")}
  for (var e = 0u; e < ${count}u; e++) { ${move}(e, ${held}[e], firstRow, column); }`;
  return `${cells.map((cell, e) => `${held}[lane * ${count}u + ${e}u] = ${cell};`).join(" ")}
  workgroupBarrier();
  for (var e = lane; e < ${count}u; e += ${lanes}u) {
    var v = vec4<f32>();
    for (var other = 0u; other < ${lanes}u; other++) { v += ${held}[other * ${count}u + e]; }
    ${move}(e, v, firstRow, column);
  }`;
}

/** Threads that share the sum of squares. */
const NORM_THREADS = 64;

/** theta moved by g min(1, norm / ||g||_2): squares summed in parts, which every thread of the update adds up. */
function clippedUpdate(setup: KernelSetup, update: string, norm: number): Dispatch[] {
  const { parameters } = setup.stack;
  const gradient = `slots[${setup.numSlots * parameters}u + i]`;
  const groups = Math.min(1024, Math.ceil(parameters / NORM_THREADS));
  const head = bindings(setup, {});
  return [
    {
      label: "norm",
      code: `${head}
${entry(NORM_THREADS)} {
  var sum = 0.0;
  for (var i = lane; i < ${parameters}u; i += ${NORM_THREADS}u) { sum += ${gradient} * ${gradient}; }
  work[lane] = sum;
}`,
      workgroups: 1,
    },
    {
      label: "update",
      code: `${head}
${optimizerState(parameters)}
${update}
${entry(NORM_THREADS)} {
  var sum = 0.0;
  for (var part = 0u; part < ${NORM_THREADS}u; part++) { sum += work[part]; }
  let factor = min(1.0, ${norm} / (sqrt(sum) + 1e-12));
  for (var i = group.x * ${NORM_THREADS}u + lane; i < ${parameters}u; i += ${NORM_THREADS * groups}u) {
    update(i, factor * ${gradient});
  }
}`,
      workgroups: groups,
    },
  ];
}
