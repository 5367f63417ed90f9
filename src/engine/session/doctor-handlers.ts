import type { DoctorCalls } from "../../shared/examination.ts";
import type { Experiment } from "../../shared/experiment.ts";
import type { Dataset, Source, Work } from "../data/dataset.ts";
import { excludedBy } from "../data/edited.ts";
import { examine } from "../doctor/examine.ts";
import { findSuspects } from "../doctor/suspects.ts";
import { DataError } from "../errors.ts";
import type { Backbones } from "../features/backbones.ts";
import type { Handlers } from "./handlers.ts";

/** What the data doctor needs of the session. */
export interface DoctorContext {
  readonly backbones: Backbones;
  readonly source: () => Source;
  prepare(experiment: Experiment, work: Work): Promise<Dataset>;
  /** Does something on the current backend, which stays current meanwhile. @throws Error while a run goes on */
  onBackend<T>(task: () => Promise<T>): Promise<T>;
}

/** How a session answers the data doctor's calls. */
export const doctorHandlers = (context: DoctorContext): Pick<Handlers, keyof DoctorCalls> => ({
  "data.examine": async ({ experiment }, work) => {
    const { dataset, unreadable } = await readable(context, experiment, work);
    return examine(experiment, dataset, unreadable, context.backbones, work);
  },

  "data.pick": async ({ items }) => {
    const pages = await Promise.all(items.map((item) => context.source().items(item, 1)));
    return { items: pages.flat() };
  },

  "data.suspects": async ({ experiment, folds, withTest }, work) => {
    const dataset = await context.prepare(experiment, work);
    const { backbones, onBackend } = context;
    return findSuspects({ experiment, dataset, folds, withTest, backbones, onBackend }, work);
  },
});

/** The data set, without items that keep it from being used where there are any. */
async function readable({ source, prepare }: DoctorContext, experiment: Experiment, work: Work) {
  try {
    return { dataset: await prepare(experiment, work), unreadable: [] };
  } catch (error) {
    if (!(error instanceof DataError) || error.skippable === 0) throw error;
    const dataset = await source().prepare(experiment, work, true);
    const isExcluded = excludedBy(experiment);
    return { dataset, unreadable: [...dataset.unusable].filter((item) => !isExcluded(item)) };
  }
}
