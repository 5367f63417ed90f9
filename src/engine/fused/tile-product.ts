/** A tile of a matrix product A B that one thread computes in its registers, four k at a time. */
export interface TileProduct {
  /** Sides of the tile, both multiples of four. */
  readonly rows: number;
  readonly columns: number;
  /** Length of the sum, a multiple of four: what is padded holds zeros. */
  readonly inner: number;
  /** WGSL that declares `a0`, `a1`, ...: vec4s along k of each row of the tile, at `k`. */
  readonly loadA: string;
  /** WGSL that declares `m0`, `m1`, ...: a mat4x4 for every four columns of the tile, its columns along k, at `k`. */
  readonly loadB: string;
  /** The matrices hold k along their rows instead. */
  readonly transposed?: boolean;
  /** Also sums the columns of B, into `sum0`, `sum1`, ... */
  readonly sumsColumns?: boolean;
  /** Of several threads that share the sum, this one's first four and how many they are. */
  readonly share?: { readonly first: string; readonly of: number };
}

/** 0, 1, ... count - 1. */
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The four accumulators of row i and columns 4 j to 4 j + 3. */
export const accumulator = (i: number, j: number): string => `acc${i}_${j}`;

/**
 * WGSL that declares and fills the accumulators of a tile. Four k at a time, as a product of a 4x4 matrix and a vector:
 * on a software adapter a load costs as much as five to ten multiplications, and an accumulator in memory another, so
 * that one is touched once for 32 operations and the other once for two times the tile's side. On a GPU the tile is
 * small, which leaves registers for enough threads, and neighbours' loads meet in the cache.
 */
export function tileProductCode({
  rows,
  columns,
  inner,
  loadA,
  loadB,
  transposed,
  sumsColumns,
  share,
}: TileProduct): string {
  const quads = range(columns / 4);
  const product = (i: number, j: number) => (transposed ? `a${i} * m${j}` : `m${j} * a${i}`);
  const cells = range(rows).flatMap((i) => quads.map((j) => ({ i, j })));
  return `
${cells.map(({ i, j }) => `var ${accumulator(i, j)} = vec4<f32>();`).join("\n")}
${sumsColumns ? quads.map((j) => `var sum${j} = vec4<f32>();`).join("\n") : ""}
for (var k = ${share ? `4u * ${share.first}` : "0u"}; k < ${inner}u; k += ${4 * (share?.of ?? 1)}u) {
${loadB}
${loadA}
${sumsColumns ? quads.map((j) => `sum${j} += m${j} * vec4<f32>(1.0);`).join("\n") : ""}
${cells.map(({ i, j }) => `${accumulator(i, j)} += ${product(i, j)};`).join("\n")}
}`;
}
