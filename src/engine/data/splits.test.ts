import { expect, test } from "vitest";
import type { Split } from "../../shared/task.ts";
import { Stream } from "../rng.ts";
import { type SplitPlan, splitItems } from "./splits.ts";

const PLAN: SplitPlan = { validation: 0.2, test: 0.3, stratify: true, labelsPerClass: null, seed: 7 };

/** Labels with the given number of items of each class, in random order. */
function labelled(counts: readonly number[]): Int32Array {
  const labels = counts.flatMap((count, c) => new Array<number>(count).fill(c));
  return new Stream(3, "shuffle").shuffle(Int32Array.from(labels));
}

const training = (labels: Int32Array): Split[] => Array.from(labels, () => "train");
const split = (labels: Int32Array, plan: Partial<SplitPlan> = {}, roles = training(labels)) =>
  splitItems(labels, roles, Math.max(...labels) + 1, { ...PLAN, ...plan });
const ofClass = (items: Int32Array, labels: Int32Array, c: number): number =>
  items.filter((item) => labels[item] === c).length;

test("every item lands in exactly one split", () => {
  const labels = labelled([37, 20, 5, 11]);
  for (const stratify of [true, false]) {
    const { train, validation, test: held } = split(labels, { stratify });
    const all = [...train, ...validation, ...held].sort((a, b) => a - b);
    expect(all).toEqual(Array.from(labels, (_, item) => item));
    expect([validation.length, held.length]).toEqual([Math.round(73 * 0.2), Math.round(73 * 0.3)]);
  }
});

test("stratified shares are off by less than one item in every class", () => {
  const counts = [37, 20, 5, 11, 101];
  const labels = labelled(counts);
  const { validation, test: held } = split(labels);
  for (const [c, count] of counts.entries()) {
    expect(Math.abs(ofClass(validation, labels, c) - count * 0.2)).toBeLessThan(1);
    expect(Math.abs(ofClass(held, labels, c) - count * 0.3)).toBeLessThan(1);
  }
});

test("many classes of one item do not take from the others' training", () => {
  const counts = [...new Array<number>(100).fill(1), 50];
  const labels = labelled(counts);
  const { train, validation, test: held } = split(labels);
  for (let c = 0; c < 100; c++) expect(ofClass(train, labels, c)).toBe(1);
  expect([ofClass(validation, labels, 100), ofClass(held, labels, 100)]).toEqual([10, 15]);
});

test.each([true, false])("a class of two or more keeps one in training (stratify %s)", (stratify) => {
  const labels = labelled([2, 2, 3, 2, 2, 2]);
  for (let seed = 0; seed < 20; seed++) {
    const { train } = split(labels, { stratify, seed, validation: 0.45, test: 0.45 });
    expect(new Set(Array.from(train, (item) => labels[item])).size).toBe(6);
  }
});

test("the same seed gives the same split, another one another", () => {
  const labels = labelled([30, 30]);
  expect(split(labels)).toEqual(split(labels));
  expect(split(labels, { seed: 8 }).test).not.toEqual(split(labels).test);
});

test("labels per class choose within training alone, and fewer are a subset of more", () => {
  const labels = labelled([40, 25, 6]);
  const all = split(labels);
  const ten = split(labels, { labelsPerClass: 10 });
  const three = split(labels, { labelsPerClass: 3 });
  expect(ten.validation).toEqual(all.validation);
  expect(ten.test).toEqual(all.test);
  expect(ten.train.every((item) => all.train.includes(item))).toBe(true);
  expect(three.train.every((item) => ten.train.includes(item))).toBe(true);
  expect([0, 1, 2].map((c) => ofClass(ten.train, labels, c))).toEqual([10, 10, ofClass(all.train, labels, 2)]);
  expect(split(labels, { labelsPerClass: 3, seed: 8 }).train).not.toEqual(three.train);
});

test("files of their own stay whole and take the place of a share", () => {
  const labels = labelled([30, 30]);
  const roles = training(labels).map((role, item): Split => (item >= 50 ? "test" : role));
  const parts = split(labels, {}, roles);
  expect([...parts.test]).toEqual(Array.from({ length: 10 }, (_, i) => 50 + i));
  expect(parts.validation).toHaveLength(10);
  expect(parts.train).toHaveLength(40);
});

test("items without a label are in no split", () => {
  const labels = labelled([10, 10]);
  labels[4] = -1;
  const { train, validation, test: held } = split(labels);
  expect([...train, ...validation, ...held]).not.toContain(4);
});
