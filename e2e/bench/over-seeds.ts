import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Page } from "@playwright/test";
import { dataPaths, modelFolder, readExperiment, trainOnce } from "../../src/cli/train-once.ts";
import type { Evaluation, RunRecord } from "../../src/shared/run-record.ts";
import type { BenchContext } from "./result.ts";

/** The record of a run that had a test set. */
export interface TestedRecord extends RunRecord {
  readonly test: Evaluation;
  readonly testPooled: Evaluation;
}

/**
 * Trains an experiment file with seeds 1 to `seeds`, one after another in the same page. A seed decides the labels that
 * are kept and flipped, the split where there is no test file, the first weights and the noise.
 * @param set values at paths such as `repeat.k`, in place of the file's
 * @param told shows each run as it ends
 * @throws Error where the file is not there or names no test set
 */
export async function trainOverSeeds(
  page: Page,
  path: string,
  set: readonly (readonly [path: string, value: unknown])[],
  seeds: number,
  { data, backend }: BenchContext,
  told: (record: TestedRecord, seed: number) => void,
): Promise<TestedRecord[]> {
  if (!existsSync(path)) throw new Error(`There is no experiment file ${path}.`);
  const records: TestedRecord[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const file = readExperiment(path, [...set, ["seed", seed]]);
    const paths = dataPaths(file, [dirname(path), ...data]);
    await page.reload();
    const { record } = await trainOnce(page, file, paths, backend, modelFolder(file, dirname(path)));
    const { test, testPooled } = record;
    if (!test || !testPooled) throw new Error(`${path}: there is no test set.`);
    const tested = { ...record, test, testPooled };
    told(tested, seed);
    records.push(tested);
  }
  return records;
}

/** Backend and adapter of a run, as the engine names them. */
export const backendOf = ({ backend: { name, adapter } }: RunRecord): string =>
  adapter ? `${name} on ${adapter}` : name;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** sqrt(sum (x - mean)^2 / (n - 1)); NaN of a single value */
export function sampleDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
