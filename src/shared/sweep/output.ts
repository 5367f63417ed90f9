import Papa from "papaparse";
import { z } from "zod";
import { valueAt } from "../set-at.ts";
import type { SweepPlan } from "./plan.ts";
import { type Group, groupsOf, METRIC_IDS, metricOf, type PointResult, type Results } from "./results.ts";
import { SweepError, type SweepFile } from "./sweep-file.ts";

/** The content of sweep.json: the sweep itself, its runs so far, and each configuration over its seeds. */
export function sweepJson(file: SweepFile, plan: SweepPlan, results: Results): unknown {
  const runs = plan.points.flatMap(({ index, set, seed, role }) => {
    const result = results.get(index);
    return result ? [{ point: index, set, seed, role, ...result }] : [];
  });
  const groups = groupsOf(plan, results).map(({ configuration: { set, role }, mean, sd, ...counts }) => ({
    set,
    role,
    ...counts,
    mean: nested(mean),
    sd: nested(sd),
  }));
  return { version: 1, sweep: file, planned: plan.points.length, runs, groups };
}

/** `{ "test.accuracy": 1 }` -> `{ test: { accuracy: 1 } }`. */
function nested(figures: Group["mean"]): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  for (const [id, value] of Object.entries(figures)) {
    const [part = "", name] = id.split(".");
    if (name === undefined) whole[part] = value;
    else whole[part] = { ...(whole[part] as object | undefined), [name]: value };
  }
  return whole;
}

/** One line a run: its point, the value at every path that any point sets, and its figures. Empty: there is none. */
export function runsCsv({ points }: SweepPlan, results: Results): string {
  const paths = [...new Set(points.flatMap(({ set }) => Object.keys(set)))];
  const rows = points.flatMap(({ index, role, seed, experiment }) => {
    const result = results.get(index);
    if (!result) return [];
    const set = paths.map((path) => cell(valueAt(experiment, path)));
    const figures = METRIC_IDS.map((id) => metricOf(result, id));
    return [[index, role, ...set, seed, result.status, result.epochs, ...figures, result.backend, result.error]];
  });
  const fields = ["point", "role", ...paths, "seed", "status", "epochsTrained", ...METRIC_IDS, "backend", "error"];
  return `${Papa.unparse({ fields, data: rows }, { newline: "\n" })}\n`;
}

const cell = (value: unknown): unknown =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : (value ?? "");

/** JSON has no word for what is no number. */
const score = z.number().nullable();
const scores = z.object({ loss: score, accuracy: score, macroF1: score, expectedCalibrationError: score });
const keptSchema = z.object({
  version: z.literal(1),
  sweep: z.unknown(),
  runs: z.array(
    z.object({
      point: z.int().min(0),
      seed: z.number(),
      status: z.enum(["finished", "stopped", "failed"]),
      error: z.string().nullable(),
      epochs: z.number(),
      passes: z.number(),
      validation: z.object({ loss: score, accuracy: score, macroF1: score }).nullable(),
      test: scores.nullable(),
      testPooled: scores.nullable(),
      timing: z.looseObject({ totalMs: z.number(), msPerStep: z.number() }),
      backend: z.string().nullable(),
      sha256: z.string().nullable(),
    }),
  ),
});

/**
 * The finished points that an earlier sweep.json of the same sweep holds; what failed or was stopped is run again.
 * @throws SweepError where it is of another sweep, or cannot be read
 */
export function finishedIn(text: string, file: SweepFile, { points }: SweepPlan): Map<number, PointResult> {
  const { sweep, runs } = parsed(text);
  if (canonical(sweep) !== canonical(file))
    throw new SweepError(["it holds another sweep; choose another folder, or move it away."]);
  const finished = new Map<number, PointResult>();
  for (const { point, seed, ...result } of runs)
    if (result.status === "finished" && points[point]?.seed === seed) finished.set(point, result as PointResult);
  return finished;
}

function parsed(text: string): z.output<typeof keptSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SweepError([`it is no JSON (${(cause as Error).message}); move it away to begin anew.`]);
  }
  const result = keptSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SweepError([`${issue?.path.join(".")}: ${issue?.message}; move it away to begin anew.`]);
}

/** A budget may be raised, and a name changed, without making it another sweep. */
const canonical = (sweep: unknown): string => JSON.stringify({ ...(sweep as object), name: null, budget: null });
