import { z } from "zod";
import { BOUNDS, type ExperimentFile } from "../experiment.ts";

/** Bounds that the form and the check share. */
export const SWEEP_BOUNDS = {
  seeds: { min: 1, max: 100 },
  samples: { min: 1, max: 1000 },
  points: { min: 1, max: 10_000 },
} as const;

const values = z.array(z.json()).min(1);
const range = z
  .strictObject({
    min: z.number(),
    max: z.number(),
    /** `log`: every factor is as likely as any other of its size. */
    scale: z.enum(["linear", "log"]).default("linear"),
    integer: z.boolean().default(false),
  })
  .refine(({ min, max }) => min <= max, "min must not lie above max.")
  .refine(({ min, scale }) => scale === "linear" || min > 0, "a log scale needs a min above 0.");

const fileSchema = z.strictObject({
  version: z.literal(1, { error: "version must be 1: this studio reads sweep files of version 1." }),
  name: z.string().max(200).default(""),
  /** The experiment that every run is a variation of. */
  experiment: z.custom<ExperimentFile>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "an experiment is needed here: an object with version, task and data.",
  ),
  /** Values at paths such as `repeat.k`; every combination is tried. */
  grid: z.record(z.string().min(1), values).default({}),
  /** So many combinations drawn at random, each tried at every point of the grid. */
  search: z
    .strictObject({
      kind: z.literal("random"),
      samples: z.int().min(SWEEP_BOUNDS.samples.min).max(SWEEP_BOUNDS.samples.max),
      seed: z.int().min(BOUNDS.seed.min).max(BOUNDS.seed.max).default(1),
      /** What is drawn at a path: a number of a range, or one of a list, each as likely as any other. */
      ranges: z
        .record(z.string().min(1), z.union([values, range]))
        .refine((ranges) => Object.keys(ranges).length > 0, "give at least one path to draw."),
    })
    .nullable()
    .default(null),
  /** Each configuration is trained with this many seeds: the experiment's, and those after it. */
  seeds: z.int().min(SWEEP_BOUNDS.seeds.min).max(SWEEP_BOUNDS.seeds.max).default(1),
  /** Null: both where anything is swept, none where only seeds are. */
  baselines: z
    .strictObject({ k1: z.boolean().default(true), equalCompute: z.boolean().default(true) })
    .nullable()
    .default(null),
  /** The sweep ends where the first of these is used up. Passes: forward passes of training. */
  budget: z
    .strictObject({ runs: z.int().min(1), minutes: z.number().positive(), passes: z.number().positive() })
    .partial()
    .default({}),
});

/** A sweep as a person may write it: only version and experiment are needed. */
export type SweepInput = z.input<typeof fileSchema>;
/** A sweep, complete with its defaults. */
export type SweepFile = z.output<typeof fileSchema>;
export type Search = NonNullable<SweepFile["search"]>;
export type Budget = SweepFile["budget"];

/** Values by path that make one configuration of the sweep out of its experiment. */
export type PointSet = Readonly<Record<string, unknown>>;

/** Thrown where a sweep makes no sense; its message lists everything that is wrong, one a line. */
export class SweepError extends Error {
  override readonly name = "SweepError";
  constructor(readonly issues: readonly string[]) {
    super(issues.join("\n"));
  }
}

/** Paths that cannot be swept, with the reason. */
const REFUSED: Readonly<Record<string, string>> = {
  version: "the version is that of the format.",
  task: "the data are read for one task; make a sweep for each.",
  seed: "leave it out and give `seeds`: figures are then mean and sd over them.",
  "data.train": "data are opened once for the whole sweep; make a sweep for each data set.",
  "data.validation": "data are opened once for the whole sweep; make a sweep for each data set.",
  "data.test": "data are opened once for the whole sweep; make a sweep for each data set.",
};

/** Why a path cannot be swept, or null where it can. */
export const sweepRefusal = (path: string): string | null =>
  Object.entries(REFUSED).find(([at]) => at === path || at.startsWith(`${path}.`))?.[1] ?? null;

/**
 * Reads a sweep file and fills in its defaults. What its points come to is checked by `planOf`.
 * @throws SweepError naming every field that is wrong
 */
export function parseSweep(input: unknown): SweepFile {
  const result = fileSchema.safeParse(input);
  if (!result.success)
    throw new SweepError(result.error.issues.map(({ path, message }) => `${path.join(".") || "sweep"}: ${message}`));
  const file = result.data;
  const drawn = Object.keys(file.search?.ranges ?? {});
  const issues = [...Object.keys(file.grid), ...drawn].flatMap((path) => {
    const refused = sweepRefusal(path);
    return refused === null ? [] : [`${path}: cannot be swept: ${refused}`];
  });
  for (const path of drawn)
    if (path in file.grid) issues.push(`${path}: stands in the grid and in the random search; leave it in one.`);
  if (issues.length > 0) throw new SweepError(issues);
  return file;
}

/** True where the sweep varies anything but the seed. */
export const isSwept = ({ grid, search }: Pick<SweepFile, "grid" | "search">): boolean =>
  Object.keys(grid).length > 0 || search !== null;
