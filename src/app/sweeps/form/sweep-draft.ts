import { leaves } from "../../../shared/configuration.ts";
import { BOUNDS, type Experiment, type ExperimentFile } from "../../../shared/experiment.ts";
import { learntMisfit, POOLINGS, type PoolingId, poolingMisfit } from "../../../shared/plugins/poolings/index.ts";
import { planOf, type SweepPlan } from "../../../shared/sweep/plan.ts";
import {
  parseSweep,
  SweepError,
  type SweepFile,
  type SweepInput,
  sweepRefusal,
} from "../../../shared/sweep/sweep-file.ts";

/** One more field to vary: some values, each tried; or numbers drawn between two. */
export interface FieldRow {
  readonly id: number;
  readonly path: string;
  readonly how: "each" | "linear" | "log";
  /** What was typed: `0.001, 0.01`. */
  readonly values: string;
  readonly min: string;
  readonly max: string;
}

/** A sweep while it is put together: what was typed and chosen. */
export interface SweepDraft {
  readonly name: string;
  readonly ks: readonly number[];
  readonly poolings: readonly PoolingId[];
  readonly rows: readonly FieldRow[];
  /** Combinations to draw, where a row is drawn. */
  readonly samples: number;
  readonly seeds: number;
  readonly k1: boolean;
  readonly equalCompute: boolean;
  readonly budget: Readonly<Record<"runs" | "minutes" | "passes", string>>;
}

/** K = 1 and the experiment's own K, mean and max, three seeds. */
export function firstDraft(experiment: Experiment): SweepDraft {
  const { k } = experiment.repeat;
  const own = experiment.aggregate.pooling.id;
  const poolings = POOLINGS.map(({ id }) => id).filter((id) => id === own || ["mean", "max"].includes(id));
  return {
    name: "",
    ks: k === 1 ? [1, 4] : [1, k],
    poolings: poolings.filter((id) => poolingRefusal(id, experiment) === null),
    rows: [],
    samples: 10,
    seeds: 3,
    k1: true,
    equalCompute: true,
    budget: { runs: "", minutes: "", passes: "" },
  };
}

/** The Ks that are offered: powers of two, and the experiment's own. */
export const offeredKs = (experiment: Experiment): number[] =>
  [...new Set([1, 2, 4, 8, 16, 32, BOUNDS.k.max, experiment.repeat.k])].sort((a, b) => a - b);

/** Why a pooling cannot be tried with the rest of the experiment, or null where it can. */
export function poolingRefusal(id: PoolingId, experiment: Experiment): string | null {
  const pooling = id === experiment.aggregate.pooling.id ? experiment.aggregate.pooling : ({ id } as never);
  const tried = { ...experiment, aggregate: { ...experiment.aggregate, pooling } };
  return poolingMisfit(id, experiment.aggregate.level) ?? learntMisfit("aggregate.pooling", tried);
}

/** The sweep that a draft says. */
export function sweepOf(draft: SweepDraft, experiment: ExperimentFile): SweepInput {
  const each = draft.rows.filter(({ how }) => how === "each");
  const drawn = draft.rows.filter(({ how }) => how !== "each");
  const grid = {
    ...(draft.ks.length > 0 ? { "repeat.k": [...draft.ks] } : {}),
    ...(draft.poolings.length > 0 ? { "aggregate.pooling.id": [...draft.poolings] } : {}),
    ...Object.fromEntries(each.map(({ path, values }) => [path, readValues(values)])),
  };
  const ranges = Object.fromEntries(
    drawn.map(({ path, min, max, how }) => {
      const [from, to] = [numberIn(min), numberIn(max)];
      const scale = how === "log" ? ("log" as const) : ("linear" as const);
      return [path, { min: from, max: to, scale, integer: isCount(path) }];
    }),
  );
  const budget = Object.fromEntries(
    Object.entries(draft.budget).flatMap(([what, text]) => (text.trim() === "" ? [] : [[what, numberIn(text)]])),
  );
  return {
    version: 1,
    name: draft.name.trim(),
    experiment,
    grid: grid as NonNullable<SweepInput["grid"]>,
    ...(drawn.length > 0 ? { search: { kind: "random", samples: draft.samples, ranges } } : {}),
    seeds: draft.seeds,
    baselines: { k1: draft.k1, equalCompute: draft.equalCompute },
    budget,
  };
}

/** What a draft comes to: its plan, or what is wrong with it. */
export type Planned =
  | { readonly file: SweepFile; readonly plan: SweepPlan; readonly issues: null }
  | { readonly file: null; readonly plan: null; readonly issues: readonly string[] };

export function plannedOf(draft: SweepDraft, experiment: ExperimentFile): Planned {
  try {
    const file = parseSweep(sweepOf(draft, experiment));
    return { file, plan: planOf(file), issues: null };
  } catch (error) {
    if (error instanceof SweepError) return { file: null, plan: null, issues: error.issues };
    throw error;
  }
}

/** `0.001, 0.01` -> [0.001, 0.01]; `[64], [32, 16]` -> [[64], [32, 16]]; what is no JSON is taken as text. */
export function readValues(text: string): unknown[] {
  if (text.trim() === "") return [];
  try {
    return JSON.parse(`[${text}]`) as unknown[];
  } catch {
    return text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map(readValue);
  }
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const numberIn = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text.replace(",", ".")));

/** Fields that count something: numbers drawn for them are whole. */
const COUNTS = new Set(["k", "views", "groupSize", "epochs", "batchSize", "labelsPerClass", "patience", "rank"]);
const isCount = (path: string): boolean => COUNTS.has(path.split(".").at(-1) ?? "");

/** Fields of an experiment that can be varied, with the value they have now. */
export function sweepableFields(experiment: Experiment): { path: string; value: unknown }[] {
  return leaves(experiment).flatMap(([path, value]) =>
    sweepRefusal(path) === null && !FIXED.test(path) ? [{ path, value }] : [],
  );
}

/** Which columns a table has and what they are is no matter of trying. */
const FIXED = /^(repeat\.k|aggregate\.pooling\.id|data\.(text|label|kinds|edits)(\.|$))/;
