import { ENGINES, type EngineId, WORKLOADS, type WorkloadId } from "./protocol.ts";

/** What of the bench is run. */
export interface PeerOptions {
  readonly workloads: readonly WorkloadId[];
  readonly ks: readonly number[];
  readonly engines: readonly EngineId[];
  readonly rounds: number;
}

const KS = [1, 8, 32];
const ROUNDS = 5;

export const PEER_USAGE = `[--workload ${WORKLOADS.join(",")}] [--k ${KS.join(",")}] [--engines NAME,...] [--rounds N]`;

/**
 * Lists parted by commas; what is left out is all there is.
 * @throws Error naming the option, its value and what would be right
 */
export function readPeerOptions(given: {
  workload?: string | undefined;
  k?: string | undefined;
  engines?: string | undefined;
  rounds?: string | undefined;
}): PeerOptions {
  return {
    workloads: chosen("--workload", given.workload, WORKLOADS),
    engines: chosen("--engines", given.engines, ENGINES),
    ks:
      given.k === undefined
        ? KS
        : given.k
            .split(",")
            .map((k) => whole("--k", k, 64))
            .sort((a, b) => a - b),
    rounds: given.rounds === undefined ? ROUNDS : whole("--rounds", given.rounds, 1000),
  };
}

function chosen<T extends string>(option: string, given: string | undefined, all: readonly T[]): readonly T[] {
  if (given === undefined) return all;
  return given.split(",").map((name) => {
    const found = all.find((one) => one === name);
    if (!found) throw new Error(`${option} is a list of ${all.join(", ")}, not "${name}".`);
    return found;
  });
}

function whole(option: string, given: string, most: number): number {
  const value = Number(given);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`${option} is a whole number from 1 to ${most}, not "${given}".`);
}
