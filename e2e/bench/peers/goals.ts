import { capturedGoals } from "./captured-goals.ts";
import { atLeast, atMost, find, type Goal, reported } from "./goal.ts";
import type { Measured } from "./measure.ts";
import { median } from "./median.ts";
import { type PathLosses, pathGoal } from "./paths.ts";
import type { EngineId, WorkloadId } from "./protocol.ts";

/**
 * Largest relative difference between engines without noise: in the first steps, and in all of them. Where two numbers
 * under a maximum, or one and the kink of relu, lie within rounding of each other, one engine goes another way than the
 * rest, and Adam keeps the difference: so it is small until that moment, and the loss is the same in the large.
 */
const AGREEMENT = { first: { steps: 10, most: 1e-3 }, all: { steps: Number.POSITIVE_INFINITY, most: 1e-2 } } as const;

/** How many times as fast as a peer the engine must be. */
const FASTER: readonly { workload: WorkloadId; k: number; peer: EngineId; least: number; aim: number }[] = [
  { workload: "head", k: 8, peer: "tfjs-webgpu", least: 6, aim: 10 },
  { workload: "head", k: 8, peer: "jax-webgpu", least: 1.5, aim: 2 },
  { workload: "head", k: 32, peer: "tfjs-webgpu", least: 6, aim: 10 },
  { workload: "head", k: 32, peer: "jax-webgpu", least: 1.5, aim: 2 },
  { workload: "cnn", k: 8, peer: "jax-webgpu", least: 1, aim: 1.5 },
  { workload: "transformer", k: 8, peer: "jax-webgpu", least: 1, aim: 1.5 },
];
const AUTO = { least: 0.95, aim: 2 } as const;
const TFJS: readonly EngineId[] = ["tfjs-fit", "tfjs-webgpu", "tfjs-webgl", "tfjs-wasm", "tfjs-cpu"];
/** What one more repeat may cost, as a share of what it costs a peer. */
const REPEAT = { peer: "jax-webgpu", few: 1, many: 32, most: 0.5, aim: 0.25 } as const;
const DISPATCHES = { most: 12, aim: 6 } as const;

/** Every goal that the measured rows say something about. */
export function goalsOf(rows: readonly Measured[], paths: readonly PathLosses[]): Goal[] {
  return [
    ...faster(rows),
    ...automatic(rows),
    ...marginal(rows),
    ...dispatches(rows),
    ...agreement(rows),
    ...capturedGoals(rows),
    ...paths.map(pathGoal),
  ];
}

function faster(rows: readonly Measured[]): Goal[] {
  return FASTER.flatMap(({ workload, k, peer, least, aim }) => {
    const [ours, theirs] = [find(rows, workload, k, "refrain-webgpu"), find(rows, workload, k, peer)];
    if (!ours || !theirs) return [];
    const value = ours.msPerStep && theirs.msPerStep ? theirs.msPerStep / ours.msPerStep : null;
    return [atLeast(`${workload}, K = ${k}: ${peer}'s time over refrain-webgpu's`, value, least, aim)];
  });
}

function automatic(rows: readonly Measured[]): Goal[] {
  return [...againstTfjs(rows), ...againstJaxWasm(rows)];
}

/** Reported, with an aim and no least. */
function againstJaxWasm(rows: readonly Measured[]): Goal[] {
  return rows.flatMap(({ workload, k, engine, msPerStep }) => {
    const theirs = find(rows, workload, k, "jax-wasm")?.msPerStep;
    if (engine !== "refrain-auto" || !msPerStep || !theirs) return [];
    const goal = `${workload}, K = ${k}: jax-wasm's time over refrain-auto's`;
    return [reported(goal, theirs / msPerStep, 1)];
  });
}

/** (t_32 - t_1) / 31 of the head against the peer's. */
function marginal(rows: readonly Measured[]): Goal[] {
  const { peer, few, many, most, aim } = REPEAT;
  const ofEngine = (engine: EngineId): number | null => {
    const [one, all] = [few, many].map((k) => find(rows, "head", k, engine)?.msPerStep ?? null);
    return one && all ? (all - one) / (many - few) : null;
  };
  const [ours, theirs] = [ofEngine("refrain-webgpu"), ofEngine(peer)];
  if (ours === null || theirs === null) return [];
  const goal = `head: one more repeat in refrain-webgpu (${ours.toPrecision(2)} ms) over one in ${peer} (${theirs.toPrecision(2)} ms)`;
  return [atMost(goal, ours / theirs, most, aim)];
}

function againstTfjs(rows: readonly Measured[]): Goal[] {
  return rows.flatMap(({ workload, k, engine, msPerStep }) => {
    const able = rows.filter((row) => row.workload === workload && row.k === k && TFJS.includes(row.engine));
    const times = able.flatMap((row) => (row.msPerStep === null ? [] : [row.msPerStep]));
    if (engine !== "refrain-auto" || times.length === 0) return [];
    const value = msPerStep === null ? null : Math.min(...times) / msPerStep;
    return [atLeast(`${workload}, K = ${k}: the best of tfjs over refrain-auto`, value, AUTO.least, AUTO.aim)];
  });
}

function dispatches(rows: readonly Measured[]): Goal[] {
  const row = find(rows, "head", 8, "refrain-webgpu");
  if (!row) return [];
  const goal = "head, K = 8: dispatches of a step of refrain-webgpu";
  return [atMost(goal, row.counts?.dispatches ?? null, DISPATCHES.most, DISPATCHES.aim)];
}

/** Two goals a workload and K in which several engines were compared: the one furthest from the median of all. */
function agreement(rows: readonly Measured[]): Goal[] {
  const cells = [...new Set(rows.map(({ workload, k }) => `${workload}, K = ${k}`))];
  return cells.flatMap((cell) => {
    const here = rows.filter((row) => `${row.workload}, K = ${row.k}` === cell && row.cleanLosses.length > 0);
    if (here.length < 2) return [];
    return Object.values(AGREEMENT).map(({ steps, most }) => {
      const counts = here.map(({ cleanLosses }) => Math.min(steps, cleanLosses.length));
      const range = [...new Set([Math.min(...counts), Math.max(...counts)])].join(" to ");
      const goal = `${cell}: largest difference between ${here.length} engines without noise, ${range} steps`;
      return atMost(goal, Math.max(...here.map((row) => cleanDifference(row, here, steps))), most);
    });
  });
}

/** max_s |loss_s - median_s| / |median_s| over the first steps in which an engine was compared. */
export function cleanDifference(
  { cleanLosses }: Measured,
  cell: readonly Measured[],
  steps: number = AGREEMENT.all.steps,
): number {
  const differences = cleanLosses.slice(0, steps).map((loss, step) => {
    const all = cell.flatMap((row) => row.cleanLosses.slice(step, step + 1));
    const middle = median(all);
    const difference = Math.abs(loss - middle) / Math.abs(middle);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  });
  return Math.max(0, ...differences);
}
