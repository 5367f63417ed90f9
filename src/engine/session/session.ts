import type { Experiment } from "../../shared/experiment.ts";
import { isFrozen } from "../../shared/noise-misfits.ts";
import type { ControlAction, RunEvent, View } from "../../shared/protocol.ts";
import type { Inputs, Work } from "../data/dataset.ts";
import { Backbones } from "../features/backbones.ts";
import { itemInputs } from "../features/item-inputs.ts";
import { loadBackbones } from "../features/load-backbones.ts";
import { networkData } from "../features/network-data.ts";
import { tokenViews } from "../features/token-data.ts";
import { ModelLibrary } from "../pretrained/library.ts";
import { memoryShelf } from "../pretrained/store/memory-shelf.ts";
import { opfsShelf } from "../pretrained/store/opfs-shelf.ts";
import { KeptFeatureCache } from "../store/kept-features.ts";
import type { ChangeKind } from "../store/kept-store.ts";
import { openRunStore } from "../store/open-run-store.ts";
import type { RunStore } from "../store/run-store.ts";
import { onDeviceLost } from "../tf.ts";
import { Archive } from "./archive.ts";
import { BackendLease } from "./backend-lease.ts";
import { calibrate, type SettleBackend, stepKey } from "./calibrate.ts";
import { compareHandlers } from "./compare-handlers.ts";
import { Datasets } from "./datasets.ts";
import { doctorHandlers } from "./doctor-handlers.ts";
import { estimateCost } from "./estimate.ts";
import { exportHandler } from "./export-handler.ts";
import type { Handlers } from "./handlers.ts";
import { KeptData } from "./kept-data.ts";
import { KnownModels } from "./known-models.ts";
import { look } from "./lens.ts";
import { measureEncoding, measureRate } from "./measure-encoding.ts";
import { methodHandlers } from "./method-handlers.ts";
import { modelHandlers } from "./model-handlers.ts";
import { lone } from "./predictor.ts";
import { pretrainedHandlers } from "./pretrained-handlers.ts";
import type { Run } from "./run.ts";
import { RunKeeping } from "./run-keeping.ts";
import { storeHandlers } from "./store-handlers.ts";
import { Training } from "./training.ts";
import { Turns } from "./turns.ts";

/** Everything the worker holds: the opened source, the prepared data set, the runs and their models. */
export class Session {
  readonly #lease = new BackendLease(() => this.#backbones.release());
  readonly #library = new ModelLibrary(async () => (await opfsShelf()) ?? memoryShelf());
  readonly #backbones = new Backbones(
    loadBackbones(this.#library),
    new KeptFeatureCache(async () => (await this.#openStore()).kept),
    () => this.#lease.home,
  );
  readonly #turns = new Turns();
  #store: Promise<RunStore> | null = null;
  readonly #data = new KeptData(async () => (await this.#openStore()).sources);
  readonly #datasets = new Datasets((contentId, work) => this.#data.openKept(contentId, work));
  readonly #archive = new Archive(async () => (await this.#openStore()).runs, this.#datasets);
  readonly #training = new Training({
    datasets: this.#datasets,
    archive: this.#archive,
    backbones: this.#backbones,
    keeping: new RunKeeping(
      async () => (await this.#openStore()).runs,
      (contentId) => this.#data.keep(contentId),
    ),
    settle: (...model) => this.#turns.take(() => this.#settle(...model)),
    take: (backend) => this.#lease.take(backend),
    emit: (runId, event) => this.emit(runId, event),
    ended: () => this.#leaveLost(),
  });
  readonly #models = new KnownModels(this.#training, this.#archive);
  #lostDevice = false;

  /** @param told when another tab changed what is kept */
  constructor(
    readonly emit: (runId: string, event: RunEvent) => void,
    readonly told: (change: ChangeKind) => void = () => {},
  ) {
    onDeviceLost(() => {
      this.#lostDevice = true;
      this.#leaveLost();
    });
  }

  /** Chooses a backend anew after a loss, but not while a run is going on: it ends on the backend that it began on. */
  #leaveLost(): void {
    if (!this.#lostDevice || this.#active) return;
    this.#lostDevice = false;
    this.#lease.reset();
  }

  /** Acts on the run at once, past the queue of calls. */
  control(runId: string, action: ControlAction): void {
    this.#training.control(runId, action);
  }

  get #active(): Run | null {
    return this.#training.active;
  }

  readonly handlers: Handlers = this.#turns.each({
    "engine.describe": ({ backend }) => (this.#active ? this.#lease.current() : this.#lease.take(backend)),

    "data.open": async (wish, work) => {
      const opened = await this.#data.open(wish, work);
      this.#datasets.replace(opened);
      return opened.summary;
    },

    "data.prepare": async ({ experiment }, work) => (await this.#datasets.show(experiment, work)).summary,

    "data.items": async ({ offset, limit, split }) => {
      const source = this.#datasets.open;
      const of = split && this.#datasets.shown;
      if (!of) return { items: await source.items(offset, limit), total: source.summary.rows };
      const all = of.splits[split];
      const page = [...all.subarray(offset, offset + limit)];
      return { items: await Promise.all(page.map((id) => of.item(id))), total: all.length };
    },

    "train.start": async (request, work) => ({ dataset: (await this.#training.start(request, work)).summary }),

    "train.resume": async ({ runId }, work) => ({ dataset: (await this.#training.resume(runId, work)).summary }),

    "train.estimate": async ({ experiment, backend }, work) => {
      const dataset = await this.#datasets.prepare(experiment, work);
      // A run that goes on keeps its backend.
      if (this.#active) return estimateCost(experiment, dataset, this.#backbones, () => this.#lease.current(), work);
      await this.#lease.take(backend);
      return estimateCost(experiment, dataset, this.#backbones, this.#settle, work);
    },

    "lens.show": async ({ experiment, item, runId, draw }, work) => {
      await this.#lease.current();
      const dataset = await this.#datasets.prepare(experiment, work);
      const id = item ?? dataset.splits.train[0] ?? 0;
      const inputs = itemInputs(dataset.inputs, id);
      const alone = lone(inputs, dataset.classes, dataset.labels[id]);
      const { k } = experiment.repeat;
      const data = await networkData(experiment, alone, Int32Array.of(0), this.#backbones, work, { views: k, draw });
      const views = await this.#views(experiment, inputs, draw, work);
      const trained = runId === null ? null : await this.#models.weights(runId);
      return look({ experiment, item: await dataset.item(id), data, trained, draw, views });
    },

    ...methodHandlers({
      backbones: this.#backbones,
      ready: () => this.#lease.current(),
      prepare: (experiment, work) => this.#datasets.prepare(experiment, work),
      weights: (runId) => this.#models.weights(runId),
      run: (runId, work) => this.#models.setupOf(runId, work),
      isTraining: () => this.#active !== null && !this.#active.control.paused,
    }),

    ...doctorHandlers({
      backbones: this.#backbones,
      source: () => this.#datasets.open,
      prepare: (experiment, work) => this.#datasets.prepare(experiment, work),
      onBackend: (task) =>
        this.#turns.take(async () => {
          if (this.#active) throw new Error("A run is going on; let it end, or stop it first.");
          await this.#lease.current();
          return task();
        }),
    }),

    ...pretrainedHandlers(this.#library),

    ...storeHandlers(() => this.#openStore()),

    ...compareHandlers((runId) => this.#archive.get(runId)),

    "backbone.rate": async ({ backend }) => {
      const { name } = this.#active ? await this.#lease.current() : await this.#lease.take(backend);
      return { operationsPerSecond: await measureRate(), backend: name };
    },

    "backbone.measure": async ({ experiment, backend }, work) => {
      if (this.#active) await this.#lease.current();
      else await this.#lease.take(backend);
      return measureEncoding(experiment, this.#backbones, work);
    },

    ...modelHandlers({ models: this.#models, backbones: this.#backbones, ready: () => this.#lease.current() }),

    ...exportHandler(this.#library, (runId) => this.#models.model(runId)),
  });

  /** Makes the backend current that is best for a model. Has the turn. */
  readonly #settle: SettleBackend = (experiment, shape, trainCounts, steps, signal, on) =>
    on
      ? this.#lease.keepTo(on)
      : this.#lease.settle(stepKey(experiment, shape, steps), (candidates) =>
          calibrate({ experiment, shape, trainCounts, steps, candidates, signal }),
        );

  /** The K views of an item where they are made before the trained part reads it; else null. */
  async #views(experiment: Experiment, inputs: Inputs, draw: number, work: Work): Promise<View[] | null> {
    const { k } = experiment.repeat;
    if (isFrozen(experiment)) return this.#backbones.frozen.show(experiment, inputs, k, draw, work);
    if (inputs.modality !== "text") return null;
    const { reader } = await this.#backbones.tunable(experiment, work);
    return reader && tokenViews(experiment, inputs.texts[0] ?? "", 0, reader, { views: k, draw });
  }

  /** The store, opened when it is first needed. */
  #openStore(): Promise<RunStore> {
    this.#store ??= openRunStore(this.told);
    this.#store.catch(() => {
      this.#store = null;
    });
    return this.#store;
  }
}
