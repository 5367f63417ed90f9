import type { TensorInfo } from "../tf.ts";
import { type FlatKernel, runFlat, sizeOf } from "./flat-program.ts";
import { type ProductTile, productCode } from "./product-code.ts";
import { allFloat, replaceKernel } from "./replace.ts";
import { kernelVariant } from "./variant.ts";

/**
 * Batched matrix product on an emulator: tiles in registers. A tile of 8 x 8 makes 64 multiplications out of 16 loads;
 * measured on SwiftShader with two cores 2.5 to 3.3 GFLOP/s, 16 x 8 3.1 to 4.1, 4 x 4 1.7, one entry a thread 0.4; tfjs's packed program,
 * whose threads load tiles into workgroup memory, 0.6 and at least 200 ms whatever the size. On a GPU the same sharing is
 * what makes a product fast (a tile of 32 x 32 reads each number once for 32 uses), so there it stays with tfjs.
 */
export function registerProduct(): void {
  replaceKernel("BatchMatMul", ({ inputs, attrs }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    if (kernelVariant() !== "software" || !allFloat(a, b)) return null;
    return product(a, b, transposeA, transposeB);
  });
}

/** a [..., rows, depth] times b [..., depth, columns]; null where the batches differ in more than one being 1. */
function product(a: TensorInfo, b: TensorInfo, transposeA: boolean, transposeB: boolean): TensorInfo | null {
  const [rows, depth] = matrix(a, transposeA);
  const [, columns] = matrix(b, transposeB);
  const batchesA = a.shape.slice(0, -2);
  const batchesB = b.shape.slice(0, -2);
  const batch = Math.max(sizeOf(batchesA), sizeOf(batchesB));
  const same = String(batchesA) === String(batchesB);
  if (!same && sizeOf(batchesA) !== 1 && sizeOf(batchesB) !== 1) return null;
  const batches = sizeOf(batchesA) === 1 && batchesA.length <= batchesB.length ? batchesB : batchesA;
  if (sizeOf(batches) !== batch || batch * rows * columns * depth === 0) return null;
  const tile = chooseTile(batch, rows, columns);
  const tiles = batch * Math.ceil(rows / tile.height) * Math.ceil(columns / tile.width);
  const whole = depth % 4 === 0;
  const code: ProductTile = {
    ...tile,
    transposeA,
    transposeB,
    quadA: transposeA ? rows % 4 === 0 : whole,
    quadB: transposeB ? whole : columns % 4 === 0,
    quadOut: columns % 4 === 0,
    steps: whole ? 4 : 1,
  };
  const strideA = sizeOf(batchesA) === 1 ? 0 : rows * depth;
  const strideB = sizeOf(batchesB) === 1 ? 0 : depth * columns;
  const shape = [...batches, rows, columns];
  return runFlat(kernel(code), [a, b], shape, tiles, [rows, columns, depth, strideA, strideB]);
}

function matrix({ shape }: TensorInfo, transposed: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

/** The cheapest tile: 10 ns a load, 1.5 ns a multiplication, and eight threads (four lanes on two cores) at a time. */
function chooseTile(batch: number, rows: number, columns: number): Pick<ProductTile, "height" | "width"> {
  const choices = ([4, 8, 16] as const).flatMap((height) =>
    ([4, 8] as const).map((width) => {
      const threads = batch * Math.ceil(rows / height) * Math.ceil(columns / width);
      return { height, width, cost: Math.ceil(threads / 8) * (10 * (height + width) + 1.5 * height * width) };
    }),
  );
  const best = choices.reduce((a, b) => (b.cost < a.cost ? b : a));
  return { height: best.height, width: best.width };
}

function kernel(tile: ProductTile): FlatKernel {
  const { height, width, transposeA, transposeB, steps } = tile;
  return {
    key: `product_${height}x${width}_${transposeA ? "t" : ""}_${transposeB ? "t" : ""}_${steps}`,
    inputs: [
      ["A", tile.quadA ? 4 : 1],
      ["B", tile.quadB ? 4 : 1],
    ],
    output: tile.quadOut ? 4 : 1,
    uniforms: ["rows", "columns", "depth", "strideA", "strideB"],
    workgroup: 4,
    body: () => productCode(tile),
  };
}
