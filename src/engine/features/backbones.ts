import type { Experiment } from "../../shared/experiment.ts";
import type { PretrainedSummary } from "../../shared/pretrained.ts";
import type { BackendName } from "../../shared/task.ts";
import type { Work } from "../data/dataset.ts";
import type { Tunable } from "../models/tunable.ts";
import type { FeatureCache } from "./feature-cache.ts";
import { FrozenFeatures, type LoadFrozen } from "./frozen-features.ts";

/** Fetches a backbone that is to be tuned; asked once. */
export type LoadTunable = (experiment: Experiment, work: Work) => Promise<Tunable>;

/** How pretrained backbones are fetched. */
export interface LoadBackbones {
  readonly frozen: LoadFrozen;
  readonly tunable: LoadTunable;
  /** Tells weights apart that an experiment calls alike: those of another commit under one name; "" where none are. */
  readonly identity: (experiment: Experiment) => Promise<string>;
  /** What the model by name is that an experiment's backbone is; null where it is none. */
  readonly describe: (experiment: Experiment) => Promise<PretrainedSummary | null>;
}

/** The pretrained backbones of a session: frozen ones with the features they gave, and those that are tuned. */
export class Backbones {
  readonly frozen: FrozenFeatures;
  readonly #tunable = new Map<string, Promise<Tunable>>();

  /** @param home the backend on which frozen backbones live; null: whichever is current */
  constructor(
    readonly load: LoadBackbones,
    disk: FeatureCache,
    home: () => BackendName | null = () => null,
  ) {
    this.frozen = new FrozenFeatures(load.frozen, disk, home, load.identity);
  }

  /** The backbone of an experiment, to be tuned; fetched where it is not there yet. */
  async tunable(experiment: Experiment, work: Work): Promise<Tunable> {
    const key = `${JSON.stringify(experiment.backbone)} ${await this.load.identity(experiment)}`;
    const loading = this.#tunable.get(key) ?? this.load.tunable(experiment, work);
    this.#tunable.set(key, loading);
    // A failed download is tried again the next time.
    loading.catch(() => this.#tunable.delete(key));
    return loading;
  }

  /** Lets go of what lives on the devices; features and weights in memory stay. */
  release(): void {
    this.frozen.release();
    for (const loading of this.#tunable.values()) loading.then((tunable) => tunable.release()).catch(() => {});
  }
}
