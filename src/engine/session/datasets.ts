import { type Experiment, preparedFrom } from "../../shared/experiment.ts";
import type { Dataset, Source, Work } from "../data/dataset.ts";
import { CancelledError } from "../errors.ts";

/** Opens data that are kept, by the identity of their content. @throws Error where they are not here */
export type OpenKept = (contentId: string, work: Work) => Promise<Source>;

/** Data sets that stay prepared: the editor's, a run's, and one that is looked at. */
const MOST_PREPARED = 3;

/** The data that are open, those of earlier runs that are looked at, and what was prepared of them. */
export class Datasets {
  #open: Source | null = null;
  /** Of an earlier run, beside what is open. */
  #beside: Source | null = null;
  #shown: Dataset | null = null;
  #prepared: { key: string; dataset: Promise<Dataset> }[] = [];

  constructor(readonly openKept: OpenKept) {}

  /** What is open. @throws Error where nothing is */
  get open(): Source {
    if (!this.#open) throw new Error("No data are open; open a file or a sample first.");
    return this.#open;
  }

  /** Puts other data in place of what was open. */
  replace(source: Source): void {
    this.#open = source;
    this.#shown = null;
  }

  /** What {@link show} prepared of what is open; null where nothing is. */
  get shown(): Dataset | null {
    return this.#shown;
  }

  /** Prepares the data set that pages of items are of from now on. */
  async show(experiment: Experiment, work: Work): Promise<Dataset> {
    this.#shown = await this.prepare(experiment, work);
    return this.#shown;
  }

  /** The data set of an experiment on what is open. */
  prepare(experiment: Experiment, work: Work): Promise<Dataset> {
    return this.#prepare(this.open, experiment, work);
  }

  /** The data set of an experiment on other data than those that are open, maybe. */
  async prepareOf(contentId: string, experiment: Experiment, work: Work): Promise<Dataset> {
    return this.#prepare(await this.#sourceOf(contentId, work), experiment, work);
  }

  async #sourceOf(contentId: string, work: Work): Promise<Source> {
    for (const source of [this.#open, this.#beside]) if (source?.summary.contentId === contentId) return source;
    this.#beside = await this.openKept(contentId, work);
    return this.#beside;
  }

  /** Kept, since the page asks with every change of a control. One that failed or was called off is tried again. */
  async #prepare(source: Source, experiment: Experiment, work: Work): Promise<Dataset> {
    try {
      return await this.#keep(source, experiment, work);
    } catch (error) {
      // Who asked first may have called it off, which is no reason for others to go without.
      if (!(error instanceof CancelledError) || work.signal.aborted) throw error;
      return this.#keep(source, experiment, work);
    }
  }

  #keep(source: Source, experiment: Experiment, work: Work): Promise<Dataset> {
    const key = `${source.summary.id} ${preparedFrom(experiment)}`;
    const known = this.#prepared.find((each) => each.key === key);
    const entry = known ?? { key, dataset: source.prepare(experiment, work) };
    this.#prepared = [entry, ...this.#prepared.filter((each) => each !== entry)].slice(0, MOST_PREPARED);
    entry.dataset.catch(() => {
      this.#prepared = this.#prepared.filter((each) => each !== entry);
    });
    return entry.dataset;
  }
}
