import { BOUNDS, type Experiment, ExperimentError, type ExperimentFile, parseExperiment } from "../experiment.ts";
import { PathError, setAt } from "../set-at.ts";
import { type BaselineRole, baselineSet, trainingKey } from "./baselines.ts";
import { drawnSets } from "./random-search.ts";
import { isSwept, type PointSet, SWEEP_BOUNDS, SweepError, type SweepFile } from "./sweep-file.ts";
import { loosened, setWords, varied } from "./variation.ts";

export type PointRole = "grid" | BaselineRole;

/** What is trained over all seeds: a combination of values, or a baseline. */
export interface Configuration {
  readonly index: number;
  /** The values that make it out of the sweep's experiment. */
  readonly set: PointSet;
  readonly role: PointRole;
  /** With the first seed. */
  readonly experiment: Experiment;
  /** The configurations it is held against: K = 1, and K = 1 with as many passes. Null where K is 1, or it was taken out. */
  readonly k1: number | null;
  readonly equalCompute: number | null;
}

/** One run of a sweep. */
export interface Point {
  /** Its place in the plan, from 0. */
  readonly index: number;
  readonly configuration: number;
  readonly set: PointSet;
  readonly seed: number;
  readonly role: PointRole;
  readonly experiment: Experiment;
  /** Forward passes for each training item: epochs * K. */
  readonly passesPerItem: number;
}

/** All that a sweep trains, in order. */
export interface SweepPlan {
  readonly configurations: readonly Configuration[];
  readonly points: readonly Point[];
}

/**
 * The runs of a sweep. Every configuration has its first seed before any has its second, and K = 1 comes first, so that
 * a sweep that is cut short has compared everything once rather than a part of it often; a baseline with equal compute
 * follows the first configuration that it is for.
 *
 * All points predict alike and draw from one bank: K' is the largest K of the sweep, unless the experiment or the grid
 * sets `inference.k`, so that pooled figures differ by training alone and not by how many passes a prediction takes;
 * `repeat.views` is the largest that any point asks for, so that frozen features are computed once for all of them.
 * @throws SweepError naming every point that makes no sense, with path, value and bounds
 */
export function planOf(file: SweepFile): SweepPlan {
  const configurations = configurationsOf(file);
  const seeds = Array.from({ length: file.seeds }, (_, i) => i);
  const count = seeds.length * configurations.length;
  if (count > SWEEP_BOUNDS.points.max)
    throw new SweepError([`These are ${count} runs; a sweep has at most ${SWEEP_BOUNDS.points.max}.`]);
  const points = seeds.flatMap((i) =>
    configurations.map(({ experiment, set, role, index }): Omit<Point, "index"> => {
      const seed = experiment.seed + i;
      const passesPerItem = experiment.epochs * experiment.repeat.k;
      return { configuration: index, set, seed, role, experiment: { ...experiment, seed }, passesPerItem };
    }),
  );
  return { configurations, points: points.map((point, index) => ({ index, ...point })) };
}

/** Forward passes that training an experiment takes, batches padded: epochs * batches * batch size * K. */
export function plannedPasses({ epochs, batchSize, repeat }: Experiment, trainItems: number): number {
  const batch = repeat.groupSize * Math.max(1, Math.floor(batchSize / repeat.groupSize));
  return epochs * Math.ceil(trainItems / batch) * batch * repeat.k;
}

type Draft = Omit<Configuration, "index" | "k1" | "equalCompute"> & { k1: Draft | null; equalCompute: Draft | null };

function configurationsOf(file: SweepFile): Configuration[] {
  const check = new Checker();
  const base = check.read({}, loosenedOrNull(file.experiment, check));
  const last = (base?.experiment.seed ?? 0) + file.seeds - 1;
  if (last > BOUNDS.seed.max)
    check.note(`seeds: the last seed is ${last}; the largest there is is ${BOUNDS.seed.max}.`);
  check.throwIfAny();
  const sets = setsOf(file);
  const paths = new Set(sets.flatMap((set) => Object.keys(set)));
  const alone = sets.flatMap((set) => check.read(set, base?.file ?? null) ?? []);
  check.throwIfAny();
  const common = shared(base?.file as ExperimentFile, alone, paths);
  const grid = unique(sets.flatMap((set) => check.read(set, common) ?? [])).map(
    ({ set, experiment }): Draft => ({ set, role: "grid", experiment, k1: null, equalCompute: null }),
  );
  const wanted = file.baselines ?? { k1: isSwept(file), equalCompute: isSwept(file) };
  const all = withBaselines(grid, wanted, (set, role) => check.read(set, common, role));
  check.throwIfAny();
  const indexOf = new Map(all.map((draft, index) => [draft, index]));
  const place = (draft: Draft | null): number | null => (draft && indexOf.get(draft)) ?? null;
  return all.map(({ k1, equalCompute, ...draft }, index) => ({
    index,
    ...draft,
    k1: place(k1),
    equalCompute: place(equalCompute),
  }));
}

/** The grid's configurations among their baselines, in the order in which they are trained. */
function withBaselines(
  grid: readonly Draft[],
  wanted: { k1: boolean; equalCompute: boolean },
  read: (set: PointSet, role: BaselineRole) => Read | null,
): Draft[] {
  const known = new Map<string, Draft>();
  /** Under what it is, and under what it trains; the first of its kind stays. */
  const remember = (draft: Draft): void => {
    for (const key of [JSON.stringify(draft.experiment), trainingKey(draft.experiment)])
      if (!known.has(key)) known.set(key, draft);
  };
  for (const draft of grid) remember(draft);
  const added = (role: BaselineRole, of: Draft): { draft: Draft | null; isNew: boolean } => {
    const found = read(baselineSet(role, of.set, of.experiment), role);
    if (!found) return { draft: null, isNew: false };
    const own = read({ ...of.set, ...found.set }, role);
    const draft =
      (own && known.get(JSON.stringify(own.experiment))) ?? known.get(trainingKey(found.experiment)) ?? null;
    if (draft) return { draft, isNew: false };
    const fresh: Draft = { set: found.set, role, experiment: found.experiment, k1: null, equalCompute: null };
    remember(fresh);
    return { draft: fresh, isNew: true };
  };
  const first: Draft[] = [];
  const rest: Draft[] = [];
  const repeated = (draft: Draft): boolean => draft.experiment.repeat.k > 1;
  if (wanted.k1)
    for (const draft of grid.filter(repeated)) {
      const { draft: baseline, isNew } = added("baseline-k1", draft);
      draft.k1 = baseline;
      if (baseline && isNew) first.push(baseline);
    }
  for (const draft of grid) {
    rest.push(draft);
    if (!wanted.equalCompute || !repeated(draft)) continue;
    const { draft: baseline, isNew } = added("equal-compute", draft);
    draft.equalCompute = baseline;
    if (baseline && isNew) rest.push(baseline);
  }
  return [...first, ...rest];
}

interface Read {
  readonly set: PointSet;
  readonly file: ExperimentFile;
  readonly experiment: Experiment;
}

/** Makes experiments of sets, and remembers what is wrong with any. */
class Checker {
  readonly #issues = new Set<string>();

  read(set: PointSet, base: ExperimentFile | null, role: PointRole = "grid"): Read | null {
    if (base === null) return null;
    try {
      const file = varied(base, set) as ExperimentFile;
      return { set, file, experiment: parseExperiment(file) };
    } catch (error) {
      this.add(set, role, error);
      return null;
    }
  }

  add(set: PointSet, role: PointRole, error: unknown): void {
    const where = Object.keys(set).length > 0 ? setWords(set) : "experiment";
    const what = role === "grid" ? where : `${ROLE_WORDS[role]} (${where}; "baselines" can leave it out)`;
    if (error instanceof PathError) this.#issues.add(`${what}: ${error.message}`);
    else if (error instanceof ExperimentError)
      for (const { path, message } of error.issues) this.#issues.add(`${what}: ${path || "experiment"}: ${message}`);
    else throw error;
  }

  note(issue: string): void {
    this.#issues.add(issue);
  }

  throwIfAny(): void {
    if (this.#issues.size > 0) throw new SweepError([...this.#issues]);
  }
}

export const ROLE_WORDS: Record<PointRole, string> = {
  grid: "grid",
  "baseline-k1": "K = 1 baseline",
  "equal-compute": "equal-compute baseline",
};

function loosenedOrNull(file: ExperimentFile, check: Checker): ExperimentFile | null {
  try {
    return loosened(file);
  } catch (error) {
    check.add({}, "grid", error);
    return null;
  }
}

/** Every drawn set at every point of the grid, the first path changing slowest. */
function setsOf({ grid, search }: SweepFile): PointSet[] {
  const combined = Object.entries(grid).reduce<PointSet[]>(
    (sets, [path, values]) => sets.flatMap((set) => values.map((value) => ({ ...set, [path]: value }))),
    [{}],
  );
  if (combined.length > SWEEP_BOUNDS.points.max)
    throw new SweepError([`The grid has ${combined.length} points; a sweep has at most ${SWEEP_BOUNDS.points.max}.`]);
  return search ? drawnSets(search).flatMap((drawn) => combined.map((set) => ({ ...drawn, ...set }))) : combined;
}

/** The experiment with what all points have in common: K', and the size of the bank of views. */
function shared(base: ExperimentFile, points: readonly Read[], paths: ReadonlySet<string>): ExperimentFile {
  const isFree = (path: string): boolean =>
    ![...paths].some((swept) => swept === path || path.startsWith(`${swept}.`) || swept.startsWith(`${path}.`));
  const largest = (of: (experiment: Experiment) => number): number => Math.max(...points.map((p) => of(p.experiment)));
  const k = largest(({ repeat }) => repeat.k);
  const follows = base.inference?.k === undefined && isFree("inference.k");
  const predicting = follows ? (setAt(base, "inference.k", k) as ExperimentFile) : base;
  if (!isFree("repeat.views")) return predicting;
  const views = Math.max(
    largest(({ repeat }) => repeat.views),
    follows ? k : 0,
  );
  return setAt(predicting, "repeat.views", views) as ExperimentFile;
}

/** Without points that come to an experiment that is there already. */
function unique(points: readonly Read[]): Read[] {
  const seen = new Set<string>();
  return points.filter(({ experiment }) => {
    const key = JSON.stringify(experiment);
    return !seen.has(key) && seen.add(key);
  });
}
