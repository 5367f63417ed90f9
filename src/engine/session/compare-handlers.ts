import type { CompareCalls, ComparedRuns, FlippedPrediction } from "../../shared/compare-calls.ts";
import type { Item } from "../../shared/dataset.ts";
import type { HeldOutSplit } from "../../shared/method-calls.ts";
import { argmax } from "../../shared/report.ts";
import type { RunRecord } from "../../shared/run-record.ts";
import { compareSides } from "../../shared/statistics/comparison/compare.ts";
import { type FlippedItem, flippedItems } from "../../shared/statistics/comparison/flipped-items.ts";
import { outcomePatterns } from "../../shared/statistics/comparison/outcome-patterns.ts";
import {
  type ComparedSide,
  type ItemOutcomes,
  pairRuns,
  whyNotComparable,
} from "../../shared/statistics/comparison/pair-runs.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import { Stream } from "../rng.ts";
import type { FinishedRun } from "./run-result.ts";

/** What a comparison needs of a run that has ended. */
export type ComparedRun = Pick<FinishedRun, "heldOut" | "dataset"> & {
  readonly model: Pick<FinishedRun["model"], "experiment">;
  readonly record: { readonly dataset: Pick<RunRecord["dataset"], "classes" | "contentSha256"> } | null;
};

/** What a run said of the held-out items of its data set, in one clean pass. */
interface RunOutcomes extends ItemOutcomes {
  readonly classes: readonly string[];
  readonly contentSha256: string;
  readonly dataset: (work: Work) => Promise<Pick<Dataset, "item">>;
}

type CompareHandlers = {
  readonly [N in keyof CompareCalls]: (
    given: CompareCalls[N]["arguments"],
    work: Work,
  ) => Promise<CompareCalls[N]["result"]>;
};

/** The same comparison always draws the same resamples. */
const SEED = 0;

/**
 * How a session answers the calls that compare runs.
 * @param finished a run that has ended. @throws Error where there is none of that id, or its predictions are gone
 */
export function compareHandlers(finished: (runId: string) => Promise<ComparedRun>): CompareHandlers {
  const side = async ({ name, runIds }: ComparedRuns, split: HeldOutSplit) => ({
    name,
    runs: await Promise.all(runIds.map(async (runId) => outcomesOf(await finished(runId), split))),
  });
  return {
    "compare.runs": async ({ a, b, split }) => {
      const [one, other] = [await side(a, split), await side(b, split)];
      const resampling = new Stream(SEED, "resampling");
      return compareSides(comparedSide(one), comparedSide(other), {
        numClasses: classesOf([...one.runs, ...other.runs]).length,
        random: () => resampling.uniform(),
      });
    },

    "compare.flipped": async ({ a, b, split, cell, offset, limit }, work) => {
      const [one, other] = [await side(a, split), await side(b, split)];
      const [sideA, sideB] = [comparedSide(one), comparedSide(other)];
      const pairs = pairRuns(sideA, sideB);
      if (whyNotComparable(sideA, sideB, pairs) !== null) return { items: [], total: 0 };
      const flipped = flippedItems(outcomePatterns(pairs)).filter((item) => cell === null || liesIn(item, cell));
      // Items are numbered alike in all of the runs, so the data set of any knows them.
      const [first] = one.runs as [RunOutcomes];
      const dataset = flipped.length > 0 ? await first.dataset(work) : null;
      const page = dataset ? flipped.slice(offset, offset + limit) : [];
      const items = page.map(async (flip) => named(flip, first.classes, await (dataset as Items).item(flip.item)));
      return { items: await Promise.all(items), total: flipped.length };
    },
  };
}

type Items = Pick<Dataset, "item">;

function outcomesOf({ model, record, heldOut, dataset }: ComparedRun, split: HeldOutSplit): RunOutcomes {
  if (!record || !heldOut || !dataset)
    throw new Error("A loaded model has no held-out items to compare; train here to have them.");
  const { items, truth, probabilities } = heldOut[split];
  const { classes, contentSha256 } = record.dataset;
  const predicted = items.map((_, i) => argmax(probabilities, i * classes.length, classes.length));
  return { seed: model.experiment.seed, items, truth, predicted, classes, contentSha256, dataset };
}

/** Items are numbered by the content that was opened; edits of it change labels, not numbers. */
const comparedSide = ({ name, runs }: { name: string; runs: readonly RunOutcomes[] }): ComparedSide => ({
  name,
  dataSha256: [...new Set(runs.map(({ contentSha256 }) => contentSha256))].sort().join(),
  runs,
});

/** The longest list of classes: macro-F1 is over those of the reports. */
const classesOf = (runs: readonly RunOutcomes[]): readonly string[] =>
  runs.reduce<readonly string[]>((most, { classes }) => (classes.length > most.length ? classes : most), []);

const liesIn = ({ truth, from, to }: FlippedItem, cell: { truth: number; predicted: number }): boolean =>
  truth === cell.truth && (from === cell.predicted || to === cell.predicted);

function named(flip: FlippedItem, classes: readonly string[], item: Item): FlippedPrediction {
  const name = (index: number): string => classes[index] ?? String(index);
  return { ...flip, item, truth: name(flip.truth), from: name(flip.from), to: name(flip.to) };
}
