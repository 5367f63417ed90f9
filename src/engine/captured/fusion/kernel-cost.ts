import { isIdentity } from "../layout.ts";
import { gridOfLoad, type Plan } from "./fused-kernel.ts";
import type { Load } from "./sites.ts";

/**
 * Nanoseconds that a kernel takes on an emulator with two cores. Only which of two arrangements is the faster one comes
 * of it, and what is fewer bytes and dispatches is faster on a GPU as well.
 */
const DISPATCH = 30_000;
const VECTOR_ACCESS = 2;
const SINGLE_ACCESS = 5;
const SHARED_ACCESS = 0.6;
const MULTIPLICATION = 0.4;

export function costOf({ count, nodes, loads, stores }: Plan): number {
  const accesses = loads.reduce((sum, load) => sum + accessCost(load, count), 0);
  const access = count % 4 === 0 ? VECTOR_ACCESS : SINGLE_ACCESS;
  const computing = nodes.reduce((sum, { elementwise }) => sum + (elementwise.cost ?? 1), 0);
  return DISPATCH + count * (accesses + stores.length * access + computing * MULTIPLICATION);
}

function accessCost(load: Load, count: number): number {
  const { layout } = load;
  if (count % 4 !== 0) return SINGLE_ACCESS;
  if (isIdentity(layout)) return VECTOR_ACCESS;
  const last = layout.at(-1);
  if (layout.every(({ stride }) => stride === 0)) return SHARED_ACCESS;
  if (gridOfLoad(load, count) === "apart") return SINGLE_ACCESS;
  if (last?.stride === 0) return SHARED_ACCESS;
  return last?.stride === 1 ? VECTOR_ACCESS : SINGLE_ACCESS;
}
