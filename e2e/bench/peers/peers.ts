import type { BenchContext, BenchResult } from "../result.ts";
import { type BenchPage, openBenchPage } from "./bench-page.ts";
import { firstLossMs } from "./first-loss.ts";
import { cleanDifference, goalsOf } from "./goals.ts";
import { COMPARED_STEPS, type Measured, measureCell, notStarted } from "./measure.ts";
import type { PeerOptions } from "./options.ts";
import { comparePaths, type PathLosses } from "./paths.ts";
import type { EngineId, WorkloadId } from "./protocol.ts";
import { gflops, goalsTable, peersTable } from "./table.ts";
import { HEAVY } from "./workloads.ts";

const MATMUL = {
  engines: ["refrain-webgpu", "tfjs-webgpu", "jax-webgpu"],
  sizes: [256, 512, 1024, 2048],
  times: 2,
  enoughSeconds: 0.3,
} as const;
/** Trains models with this engine and with its peers, side by side in one page. */
export async function peers(context: BenchContext): Promise<BenchResult> {
  const workloads = context.peers.workloads.filter((workload) => {
    const { ks, engines } = shareOf(workload, context);
    return ks.length > 0 && engines.length > 0;
  });
  if (workloads.length === 0) throw new Error("None of the engines is for these models at such K.");
  const firstLoss = await firstLossMs();
  context.tell(`peers: the first loss was shown ${firstLoss.toFixed(0)} ms after the click`);
  const parts: Part[] = [];
  // A page of its own for each model: what one engine does to the GPU's process stays with it.
  for (const workload of workloads) parts.push(await trainAll(workload, context));
  const rows = parts.flatMap((part) => part.rows);
  const paths = parts.flatMap((part) => part.paths);
  const matmul = parts.flatMap((part) => part.matmul);
  const adapter = parts[0]?.adapter ?? null;
  const bestGflops = matmul.length === 0 ? null : Math.max(...matmul.map(({ gflops }) => gflops));
  const goals = goalsOf(rows, paths);
  return {
    ...peersTable(rows, bestGflops),
    also: [goalsTable(goals)],
    passed: goals.every(({ passed }) => passed),
    backend: adapter,
    file: "bench",
    figures: {
      adapter,
      rows: rows.map((row) => recordOf(row, rows, bestGflops)),
      goals,
      matmul: { bestGflops, rates: matmul },
      firstLossMs: firstLoss,
      paths,
      comparedSteps: COMPARED_STEPS,
    },
  };
}

/** What one model came to. */
interface Part {
  readonly adapter: string | null;
  readonly rows: readonly Measured[];
  readonly paths: readonly PathLosses[];
  readonly matmul: readonly MatmulRate[];
}

async function trainAll(workload: WorkloadId, context: BenchContext): Promise<Part> {
  const { ks, engines, rounds } = shareOf(workload, context);
  const page = await openBenchPage();
  try {
    const rows: Measured[] = [];
    let ready: readonly EngineId[] = [];
    for (const k of ks) {
      const about = await startAfresh(page, engines, context);
      ready = engines.filter((engine) => about[engine] === null);
      const cell = await measureCell(page, ready, { workload, k, rounds, earlier: rows });
      for (const row of cell) tellRow(row, context);
      // In the order of the engines, with a row for those that did not start.
      for (const engine of engines)
        rows.push(cell.find((row) => row.engine === engine) ?? notStarted(workload, k, engine, about[engine] ?? ""));
    }
    const paths = await comparePaths(page, ready, workload, context.tell);
    return { adapter: page.adapter, rows, paths, matmul: await matmulRates(page, ready, context) };
  } finally {
    await page.close();
  }
}

/** What is asked for, as far as the model is for it. */
function shareOf(workload: WorkloadId, { peers }: BenchContext): Pick<PeerOptions, "ks" | "engines" | "rounds"> {
  const heavy = HEAVY[workload];
  if (!heavy) return peers;
  return {
    ks: peers.ks.filter((k) => heavy.ks.includes(k)),
    engines: peers.engines.filter((engine) => heavy.engines.includes(engine)),
    rounds: Math.min(peers.rounds, heavy.rounds),
  };
}

/**
 * Why each engine could not be started; null where it could. Those that run are ended first, so that no K finds what
 * an engine still holds of another.
 */
async function startAfresh(
  page: BenchPage,
  engines: readonly EngineId[],
  { tell }: BenchContext,
): Promise<Partial<Record<EngineId, string | null>>> {
  const problems: Partial<Record<EngineId, string | null>> = {};
  for (const engine of engines) {
    try {
      await page.end(engine);
      await page.ask(engine, { type: "start" });
      problems[engine] = null;
    } catch (error) {
      problems[engine] = (error as Error).message;
      tell(`${engine}: ${(error as Error).message}`);
    }
  }
  return problems;
}

interface MatmulRate {
  readonly engine: EngineId;
  readonly size: number;
  readonly gflops: number;
}

/** Square products in float32 by the engines that run on WebGPU; the best of them is what the adapter can do. */
async function matmulRates(page: BenchPage, ready: readonly EngineId[], { tell }: BenchContext): Promise<MatmulRate[]> {
  const rates: MatmulRate[] = [];
  for (const engine of MATMUL.engines.filter((one) => ready.includes(one)))
    for (const size of MATMUL.sizes) {
      try {
        const seconds = await page.ask(engine, { type: "multiply", size, times: MATMUL.times });
        rates.push({ engine, size, gflops: (2 * size ** 3) / seconds / 1e9 });
        // A slow adapter is at its best long before, and eight times as much would take long.
        if (seconds > MATMUL.enoughSeconds) break;
      } catch (error) {
        tell(`${engine}, product of ${size}: ${(error as Error).message}`);
      }
    }
  return rates;
}

const tellRow = ({ workload, k, engine, msPerStep, problem, about }: Measured, { tell }: BenchContext): void =>
  tell(
    `${workload}, K = ${k}, ${engine}: ${problem ?? `${msPerStep?.toPrecision(3)} ms`}${about ? ` on ${about}` : ""}`,
  );

/** A row of the file: figures of one step, and what the row's figures rest on. */
function recordOf(row: Measured, all: readonly Measured[], bestMatmul: number | null) {
  const { counts, inCalls, cleanLosses, ...rest } = row;
  const cell = all.filter(({ workload, k }) => workload === row.workload && k === row.k);
  const rate = gflops(row);
  return {
    ...rest,
    dispatchesPerStep: counts?.dispatches ?? null,
    submitsPerStep: counts?.submits ?? null,
    bufferCreationsPerStep: counts?.bufferCreations ?? null,
    uploadBytesPerStep: counts?.uploadBytes ?? null,
    readbacksPerStep: counts?.readbacks ?? null,
    inCallsPerStep: inCalls,
    peakDeviceBytes: counts?.peakDeviceBytes ?? null,
    gflops: rate,
    shareOfMatmul: counts && counts.dispatches > 0 && rate !== null && bestMatmul ? rate / bestMatmul : null,
    cleanLosses,
    cleanDifference: cleanLosses.length === 0 ? null : cleanDifference(row, cell),
  };
}
