import type { HeldOutSplit } from "../../shared/method-calls.ts";
import type { Work } from "../data/dataset.ts";
import type { TrainedModel } from "../export/trained-model.ts";
import { predict } from "../train/evaluate.ts";
import type { Archive } from "./archive.ts";
import { saidAfter, saidBy } from "./predictions.ts";
import type { Run } from "./run.ts";
import type { Training } from "./training.ts";

const NO_HELD_OUT = "A loaded model has no held-out items; train here to see them.";

/** Models that can be asked: that of the run that goes on, as it is now, and those that are held or kept. */
export class KnownModels {
  constructor(
    readonly training: Training,
    readonly archive: Archive,
  ) {}

  get active(): Run | null {
    return this.training.active;
  }

  /** The model of a finished run, of a file, or of the run that goes on, as its weights are now. */
  async model(runId: string): Promise<TrainedModel> {
    const active = this.active?.setup.runId === runId ? await this.active.model() : null;
    return active ?? (await this.archive.get(runId)).model;
  }

  /** Weights of a finished run, or of the one that goes on, as they are now. */
  async weights(runId: string) {
    const active = this.active;
    if (active?.setup.runId === runId) return active.trainer ? active.trainer.read() : null;
    return (await this.archive.find(runId))?.model.params ?? null;
  }

  /** What a run was started with; a model from a file has no data set. */
  async setupOf(runId: string, work: Work) {
    const active = this.active;
    if (active?.setup.runId === runId) return { ...active.setup, active: true };
    const { model, dataset } = await this.archive.get(runId);
    if (!dataset) throw new Error(NO_HELD_OUT);
    return { experiment: model.experiment, dataset: await dataset(work), active: false };
  }

  /** What a finished run or the one that goes on says of a split in a clean pass, or said after an epoch. */
  async heldOut(runId: string, split: HeldOutSplit, epoch: number | null, work: Work) {
    if (epoch !== null && split === "test") throw new Error("The test items are only looked at when a run has ended.");
    const active = this.active;
    if (active?.setup.runId === runId && active.trainer) {
      const { dataset } = active.setup;
      if (epoch !== null) return { dataset, said: saidAfter(active.history, epoch) };
      const { model, params } = active.trainer;
      const probabilities = await predict(model, params, dataset.splits[split], "clean");
      return { dataset, said: saidBy(probabilities, dataset.classes.length) };
    }
    const { dataset, heldOut, history } = await this.archive.get(runId);
    if (!dataset || !heldOut) throw new Error(NO_HELD_OUT);
    const opened = await dataset(work);
    const { probabilities } = heldOut[split];
    const said = epoch === null ? saidBy(probabilities, opened.classes.length) : saidAfter(history, epoch);
    return { dataset: opened, said };
  }
}
