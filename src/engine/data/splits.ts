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

/** The file roles that items may have: an item of a training file may go anywhere, others stay where they are. */
export type Roles = ArrayLike<number>;
export const ROLE_NUMBER: Record<Split, number> = { train: 0, validation: 1, test: 2 };

/**
 * Parts the items of training files into training, validation and test by a seed, class by class where stratified;
 * items of validation and test files go where their file says. Every class keeps at least one training item. Beyond
 * `labelsPerClass` training items are left out of everything.
 * @param labels class of each item; -1 for items that take no part
 */
export function splitItems(labels: Int32Array, roles: Roles, numClasses: number, plan: SplitPlan): Splits {
  const parts: Record<Split, number[]> = { train: [], validation: [], test: [] };
  const free: number[] = [];
  for (let item = 0; item < labels.length; item++) {
    if ((labels[item] as number) < 0) continue;
    if (roles[item] === ROLE_NUMBER.validation) parts.validation.push(item);
    else if (roles[item] === ROLE_NUMBER.test) parts.test.push(item);
    else free.push(item);
  }
  const order = new Stream(plan.seed, "split").shuffle(free);
  const groups = plan.stratify ? byClass(order, labels, numClasses) : [order];
  const taken = { validation: 0, test: 0, all: 0 };
  for (const group of groups) {
    taken.all += group.length;
    // Shares are of all items so far, so that rounding never adds up over many small classes.
    const test = Math.min(share(plan.test, taken.all) - taken.test, Math.max(0, group.length - 1));
    const left = group.length - test;
    const validation = Math.min(share(plan.validation, taken.all) - taken.validation, Math.max(0, left - 1));
    parts.test.push(...group.slice(0, test));
    parts.validation.push(...group.slice(test, test + validation));
    parts.train.push(...group.slice(test + validation));
    taken.test += test;
    taken.validation += validation;
  }
  const kept = plan.labelsPerClass === null ? parts.train : firstPerClass(parts.train, labels, numClasses, plan);
  const sorted = (items: number[]) => Int32Array.from(items).sort();
  return { train: sorted(kept), validation: sorted(parts.validation), test: sorted(parts.test) };
}

const share = (fraction: number, count: number): number => Math.round(fraction * count);

function byClass(items: readonly number[], labels: Int32Array, numClasses: number): number[][] {
  const groups = Array.from({ length: numClasses }, () => [] as number[]);
  for (const item of items) groups[labels[item] as number]?.push(item);
  return groups;
}

/** The first so many of each class in the seed's order. */
function firstPerClass(items: readonly number[], labels: Int32Array, numClasses: number, plan: SplitPlan): number[] {
  const most = plan.labelsPerClass ?? Infinity;
  // A stream of its own, so that the choice within training does not hang on how the test set was drawn.
  const order = new Stream(plan.seed, "split", 1).shuffle([...items].sort((a, b) => a - b));
  return byClass(order, labels, numClasses).flatMap((group) => group.slice(0, most));
}
