import { atLeast, atMost, find, type Goal, reported } from "./goal.ts";
import type { Measured } from "./measure.ts";
import { type EngineId, WORKLOADS } from "./protocol.ts";
import { HEAVY } from "./workloads.ts";

const K = 8;
const EAGER: EngineId = "refrain-webgpu-eager";
const CAPTURED: EngineId = "refrain-webgpu-captured";

/** What captured steps owe eager ones: a part of the JavaScript, less time, no more memory. */
const OWED = { js: { least: 20, aim: 50 }, ms: { least: 1.1, aim: 2 }, bytes: { most: 1 } } as const;
/** What must lie within the timed call, so that its JavaScript is all there is; reading losses comes after. */
const IN_CALL = { dispatches: 0.95, submits: 1 } as const;

/** Captured steps against eager ones at K = 8; only reported where the model is heavy. */
export function capturedGoals(rows: readonly Measured[]): Goal[] {
  return WORKLOADS.flatMap((workload) => {
    const [eager, captured] = [find(rows, workload, K, EAGER), find(rows, workload, K, CAPTURED)];
    if (!eager || !captured) return [];
    const name = `${workload}, K = ${K}`;
    const js = ratio(eager.jsMsPerStep, captured.jsMsPerStep);
    const ms = ratio(eager.msPerStep, captured.msPerStep);
    const bytes = ratio(captured.counts?.peakDeviceBytes, eager.counts?.peakDeviceBytes);
    const [ofJs, ofMs, ofBytes] = [
      `${name}: JavaScript of a step, eager over captured`,
      `${name}: time of a step, eager over captured`,
      `${name}: most bytes on the device, captured over eager`,
    ] as const;
    const figures = HEAVY[workload]
      ? [reported(ofJs, js), reported(ofMs, ms), reported(ofBytes, bytes)]
      : [
          atLeast(ofJs, js, OWED.js.least, OWED.js.aim),
          atLeast(ofMs, ms, OWED.ms.least, OWED.ms.aim),
          atMost(ofBytes, bytes, OWED.bytes.most),
        ];
    return [...figures, ...inCall(name, captured)];
  });
}

/** Whether a step is encoded and submitted in its own call. */
function inCall(name: string, { counts, inCalls }: Measured): Goal[] {
  const share = ratio(inCalls?.dispatches, counts?.dispatches);
  return [
    atLeast(`${name}: share of dispatches within the calls that take captured steps`, share, IN_CALL.dispatches),
    atLeast(`${name}: submits within a call that takes a captured step`, inCalls?.submits ?? null, IN_CALL.submits),
  ];
}

const ratio = (a: number | null | undefined, b: number | null | undefined): number | null => (a && b ? a / b : null);
