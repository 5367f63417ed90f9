import { loadModel } from "../export/trained-model.ts";
import type { Runs } from "../store/runs.ts";
import type { Datasets } from "./datasets.ts";
import { readHeldOut } from "./held-out-file.ts";
import type { FinishedRun } from "./run-result.ts";

/** Runs that have ended: those of this visit as they are, those of before as they were kept. */
export class Archive {
  readonly #held = new Map<string, FinishedRun>();

  constructor(
    readonly runs: () => Promise<Runs>,
    readonly datasets: Datasets,
  ) {}

  hold(run: FinishedRun): void {
    this.#held.set(run.runId, run);
  }

  /** Lets go of what is in memory; what is kept stays. */
  drop(runId: string): void {
    this.#held.delete(runId);
  }

  /** @throws Error where there is no such model here */
  async get(runId: string): Promise<FinishedRun> {
    const held = await this.find(runId);
    if (!held) throw new Error(`There is no trained model of the run "${runId}"; train or load one first.`);
    return held;
  }

  /** Null where there is no such model here. */
  async find(runId: string): Promise<FinishedRun | null> {
    const found = this.#held.get(runId) ?? (await this.#read(runId));
    if (found) this.hold(found);
    return found;
  }

  /** A run of before, or null where none is kept with weights. */
  async #read(runId: string): Promise<FinishedRun | null> {
    const runs = await this.runs();
    const entry = await runs.find(runId);
    if (!entry?.outcome) return null;
    const [model, predictions] = [await runs.model(runId), await runs.predictions(runId)];
    if (!model || !predictions) return null;
    const { experiment, source, name } = entry;
    const of = (what: string) => `The ${what} of ${name}`;
    return {
      runId,
      record: await runs.record(runId),
      model: loadModel(model, of("weights")),
      dataset: (work) => this.datasets.prepareOf(source.contentId, experiment, work),
      ...readHeldOut(predictions, of("predictions")),
    };
  }
}
