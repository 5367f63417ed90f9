/**
 * How the fused kernels share their work among threads. Two kinds of adapter want opposite things:
 *
 * - A software adapter runs four threads in one vector register and workgroups on the processor's few cores. A load is
 *   a bounds-checked gather (about ten multiplications), a barrier a coroutine switch. Hence large tiles, no barrier,
 *   and just enough threads to go round.
 * - A GPU has thousands of threads to keep busy and hides the latency of loads behind them; a step of a small head is
 *   bound by the number of its dispatches and the length of the longest chain of loads. Hence small tiles, rows staged
 *   and gradients summed by a workgroup together. For 64-128-10 at batch 32, K = 8 a step moves about 1 MB between
 *   caches and does 13 MFLOP: an intensity of 13 FLOP a byte, microseconds on any GPU, so that its six dispatches decide.
 */
export interface Geometry {
  /** Threads of a workgroup where each works by itself. */
  readonly workgroup: number;
  /** Threads that make the rows of a tile ready together and then share its columns. */
  readonly stageLanes: number;
  /** Threads that share the sum of one tile of a gradient. */
  readonly gradientLanes: number;
  /** Threads that share the loss of one sample. */
  readonly lossLanes: 1 | 64;
  /** Rows and columns of a thread's tile of a [rows, columns] product. */
  tile(rows: number, columns: number): { readonly rows: number; readonly columns: number };
}

/** Larger tiles would be a third faster yet, but a 16x16 one takes half a second to compile. */
const TILE_SIDES = [8, 4, 2] as const;
const MOST_COLUMNS = 8;

/** Threads that keep two cores of four lanes busy twice over. */
const ENOUGH_THREADS = 16;

const fours = (columns: number): number => 4 * Math.ceil(columns / 4);

export const SOFTWARE_GEOMETRY: Geometry = {
  workgroup: 4,
  stageLanes: 1,
  gradientLanes: 1,
  lossLanes: 1,
  tile: (rows, columns) => {
    const wide = Math.min(MOST_COLUMNS, fours(columns));
    const across = Math.ceil(columns / wide);
    const high = TILE_SIDES.find((side) => Math.ceil(rows / side) * across >= ENOUGH_THREADS) ?? 1;
    return { rows: high, columns: wide };
  },
};

export const HARDWARE_GEOMETRY: Geometry = {
  workgroup: 64,
  stageLanes: 64,
  gradientLanes: 32,
  lossLanes: 64,
  tile: () => ({ rows: 4, columns: 4 }),
};
