import type { Split } from "../../shared/task.ts";
import { Stream } from "../rng.ts";

/** What decides the splits. */
export interface SplitPlan {
  readonly validation: number;
  readonly test: number;
  readonly stratify: boolean;
  readonly labelsPerClass: number | null;
  readonly seed: number;
}

export type Splits = Record<Split, Int32Array>;

/** Sub-stream of the choice within training, so that it does not hang on how the other sets were drawn. */
const FEW_SHOT = 1;

/**
 * Parts the items of training files into training, validation and test by a seed, class by class where stratified (then
 * each class's share is off by less than one item). Items of validation and test files stay where they are, and a
 * split that has its own takes no share of the training files. Of two or more free items of a class at least one
 * trains. Training items beyond `labelsPerClass` are left out of everything; fewer labels are a subset of more.
 * @param labels class of each item; -1 for items that take no part
 * @param roles what each item's file is for
 */
export function splitItems(labels: Int32Array, roles: readonly Split[], numClasses: number, plan: SplitPlan): Splits {
  const parts: Record<Split, number[]> = { train: [], validation: [], test: [] };
  const free: number[] = [];
  for (const [item, label] of labels.entries()) {
    if (label < 0) continue;
    const role = roles[item] ?? "train";
    (role === "train" ? free : parts[role]).push(item);
  }
  const fractions = {
    validation: parts.validation.length > 0 ? 0 : plan.validation,
    test: parts.test.length > 0 ? 0 : plan.test,
  };
  const order = new Stream(plan.seed, "split").shuffle(free);
  const quotas = plan.stratify
    ? stratifiedQuotas(countClasses(order, labels, numClasses), fractions)
    : plainQuotas(order, labels, numClasses, fractions);
  for (const item of order) {
    const quota = quotas[labels[item] as number] as Record<Split, number>;
    const part = quota.test > 0 ? "test" : quota.validation > 0 ? "validation" : "train";
    quota[part] -= 1;
    parts[part].push(item);
  }
  const kept = plan.labelsPerClass === null ? parts.train : firstPerClass(parts.train, labels, numClasses, plan);
  const sorted = (items: number[]) => Int32Array.from(items).sort();
  return { train: sorted(kept), validation: sorted(parts.validation), test: sorted(parts.test) };
}

function countClasses(items: readonly number[], labels: Int32Array, numClasses: number): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (const item of items) counts[labels[item] as number] = (counts[labels[item] as number] as number) + 1;
  return counts;
}

type Fractions = Record<"validation" | "test", number>;

/** How many of each class go where: the largest remainders are rounded up until the total is right. */
function stratifiedQuotas(counts: readonly number[], fractions: Fractions): Record<Split, number>[] {
  const test = apportion(
    counts,
    counts.map((count) => Math.max(0, count - 1)),
    fractions.test,
  );
  const room = counts.map((count, c) => Math.max(0, count - (test[c] as number) - 1));
  const validation = apportion(counts, room, fractions.validation);
  return counts.map((count, c) => {
    const held = { test: test[c] as number, validation: validation[c] as number };
    return { ...held, train: count - held.test - held.validation };
  });
}

function apportion(counts: readonly number[], room: readonly number[], fraction: number): number[] {
  const ideal = counts.map((count) => count * fraction);
  const quotas = ideal.map((value, c) => Math.min(Math.floor(value + 1e-9), room[c] as number));
  const total = counts.reduce((sum, count) => sum + count, 0);
  let rest = Math.round(total * fraction) - quotas.reduce((sum, quota) => sum + quota, 0);
  const remainder = (c: number): number => (ideal[c] as number) - (quotas[c] as number);
  const byRemainder = counts.map((_, c) => c).sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const c of byRemainder) {
    if (rest <= 0) break;
    if (remainder(c) <= 1e-9 || (quotas[c] as number) >= (room[c] as number)) continue;
    quotas[c] = (quotas[c] as number) + 1;
    rest -= 1;
  }
  return quotas;
}

/** Quotas that fall out of walking the shuffled items, where classes are not looked at. */
function plainQuotas(
  order: readonly number[],
  labels: Int32Array,
  numClasses: number,
  fractions: Fractions,
): Record<Split, number>[] {
  const counts = countClasses(order, labels, numClasses);
  const quotas = counts.map((train) => ({ train, validation: 0, test: 0 }));
  const open = {
    test: Math.round(order.length * fractions.test),
    validation: Math.round(order.length * fractions.validation),
  };
  for (const item of order) {
    const quota = quotas[labels[item] as number] as Record<Split, number>;
    const part = open.test > 0 ? "test" : open.validation > 0 ? "validation" : null;
    if (part === null) break;
    if (quota.train < 2) continue;
    open[part] -= 1;
    quota.train -= 1;
    quota[part] += 1;
  }
  return quotas;
}

/** The first so many of each class in the seed's order. */
function firstPerClass(items: readonly number[], labels: Int32Array, numClasses: number, plan: SplitPlan): number[] {
  const most = plan.labelsPerClass ?? Infinity;
  const order = new Stream(plan.seed, "split", FEW_SHOT).shuffle([...items].sort((a, b) => a - b));
  const taken = new Array<number>(numClasses).fill(0);
  return order.filter((item) => {
    const c = labels[item] as number;
    taken[c] = (taken[c] as number) + 1;
    return (taken[c] as number) <= most;
  });
}
