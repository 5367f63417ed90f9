import type { Experiment } from "../../shared/experiment.ts";
import type { HeldOutSplit } from "../../shared/method-calls.ts";
import { isFrozen } from "../../shared/noise-misfits.ts";
import type { ControlAction, ModelSummary, RunEvent, View } from "../../shared/protocol.ts";
import type { Inputs, Work } from "../data/dataset.ts";
import { loadModel, saveModel, type TrainedModel } from "../export/trained-model.ts";
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
import { predict } from "../train/evaluate.ts";
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
import { look } from "./lens.ts";
import { measureEncoding, measureRate } from "./measure-encoding.ts";
import { methodHandlers } from "./method-handlers.ts";
import { listPredictions, saidAfter, saidBy } from "./predictions.ts";
import { lone, predictInput } from "./predictor.ts";
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
      const trained = runId === null ? null : await this.#weights(runId);
      return look({ experiment, item: await dataset.item(id), data, trained, draw, views });
    },

    ...methodHandlers({
      backbones: this.#backbones,
      ready: () => this.#lease.current(),
      prepare: (experiment, work) => this.#datasets.prepare(experiment, work),
      weights: (runId) => this.#weights(runId),
      run: (runId, work) => this.#setupOf(runId, work),
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

    "model.predict": async ({ runId, input, draw }, work) => {
      await this.#lease.current();
      return predictInput(await this.#model(runId), input, draw, this.#backbones, work);
    },

    "model.predictions": async ({ runId, split, query, limit, epoch }, work) => {
      const { dataset, said } = await this.#heldOut(runId, split, epoch ?? null, work);
      return listPredictions(dataset, dataset.splits[split], said, query, limit);
    },

    "model.save": async ({ runId }) => {
      const model = await this.#model(runId);
      return { bytes: saveModel(model), name: `${model.experiment.backbone.id}-${runId}.safetensors` };
    },

    ...exportHandler(this.#library, (runId) => this.#model(runId)),

    "model.load": async ({ file, name, runId }) => {
      const model = loadModel(new Uint8Array(await (file as Blob).arrayBuffer()), name);
      this.#archive.hold({ runId, model, record: null, dataset: null, heldOut: null, history: [] });
      return summarize(runId, model);
    },

    "model.describe": async ({ runId }) => summarize(runId, await this.#model(runId)),

    "model.drop": async ({ runId }) => {
      this.#archive.drop(runId);
      return null;
    },
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

  /** The model of a finished run, of a file, or of the run that goes on, as its weights are now. */
  async #model(runId: string): Promise<TrainedModel> {
    const active = this.#active?.setup.runId === runId ? await this.#active.model() : null;
    return active ?? (await this.#archive.get(runId)).model;
  }

  /** Weights of a finished run, or of the one that goes on, as they are now. */
  async #weights(runId: string) {
    const active = this.#active;
    if (active?.setup.runId === runId) return active.trainer ? active.trainer.read() : null;
    return (await this.#archive.find(runId))?.model.params ?? null;
  }

  /** What a run was started with; a model from a file has no data set. */
  async #setupOf(runId: string, work: Work) {
    const active = this.#active;
    if (active?.setup.runId === runId) return { ...active.setup, active: true };
    const { model, dataset } = await this.#archive.get(runId);
    if (!dataset) throw new Error(NO_HELD_OUT);
    return { experiment: model.experiment, dataset: await dataset(work), active: false };
  }

  /** What a finished run or the one that goes on says of a split in a clean pass, or said after an epoch. */
  async #heldOut(runId: string, split: HeldOutSplit, epoch: number | null, work: Work) {
    if (epoch !== null && split === "test") throw new Error("The test items are only looked at when a run has ended.");
    const active = this.#active;
    if (active?.setup.runId === runId && active.trainer) {
      const { dataset } = active.setup;
      if (epoch !== null) return { dataset, said: saidAfter(active.history, epoch) };
      const { model, params } = active.trainer;
      const probabilities = await predict(model, params, dataset.splits[split], "clean");
      return { dataset, said: saidBy(probabilities, dataset.classes.length) };
    }
    const { dataset, heldOut, history } = await this.#archive.get(runId);
    if (!dataset || !heldOut) throw new Error(NO_HELD_OUT);
    const opened = await dataset(work);
    const { probabilities } = heldOut[split];
    const said = epoch === null ? saidBy(probabilities, opened.classes.length) : saidAfter(history, epoch);
    return { dataset: opened, said };
  }
}

const NO_HELD_OUT = "A loaded model has no held-out items; train here to see them.";

function summarize(runId: string, { experiment, classes, input, params, pretrained }: TrainedModel): ModelSummary {
  const parameters = Object.values(params).reduce((sum, { values }) => sum + values.length, 0);
  return {
    runId,
    experiment,
    classes: [...classes],
    parameters,
    trainableParameters: parameters,
    columns:
      input.modality === "table"
        ? input.encoder.columns.map((column) => ({
            name: column.name,
            kind: column.kind,
            categories: column.kind === "categorical" ? column.categories : [],
            example: input.example[column.name] ?? "",
          }))
        : [],
    imageShape:
      input.modality === "image" ? { height: input.height, width: input.width, channels: input.channels } : null,
    pretrained,
  };
}
