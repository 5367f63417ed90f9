import { type Experiment, preparedFrom } from "../../shared/experiment.ts";
import { isFrozen } from "../../shared/noise-misfits.ts";
import type { ControlAction, ModelSummary, RunEvent, View } from "../../shared/protocol.ts";
import type { Dataset, Inputs, Source, Work } from "../data/dataset.ts";
import { openSource } from "../data/open.ts";
import { toEngineError } from "../errors.ts";
import { loadModel, saveModel, type TrainedModel } from "../export/trained-model.ts";
import { Backbones } from "../features/backbones.ts";
import { BrowserFeatureCache, NO_CACHE } from "../features/feature-cache.ts";
import { itemInputs } from "../features/item-inputs.ts";
import { loadBackbones } from "../features/load-backbones.ts";
import { networkData } from "../features/network-data.ts";
import { tokenViews } from "../features/token-data.ts";
import { ModelLibrary } from "../pretrained/library.ts";
import { memoryShelf } from "../pretrained/store/memory-shelf.ts";
import { opfsShelf } from "../pretrained/store/opfs-shelf.ts";
import { onDeviceLost } from "../tf.ts";
import { causeOf } from "../train/device-guard.ts";
import { predict } from "../train/evaluate.ts";
import { BackendLease } from "./backend-lease.ts";
import { calibrate, type SettleBackend, stepKey } from "./calibrate.ts";
import { estimateCost } from "./estimate.ts";
import { exportHandler } from "./export-handler.ts";
import type { Handlers } from "./handlers.ts";
import { look } from "./lens.ts";
import { measureEncoding, measureRate } from "./measure-encoding.ts";
import { methodHandlers } from "./method-handlers.ts";
import { listPredictions, saidAfter, saidBy } from "./predictions.ts";
import { lone, predictInput } from "./predictor.ts";
import { pretrainedHandlers } from "./pretrained-handlers.ts";
import { Run } from "./run.ts";
import type { FinishedRun } from "./run-result.ts";
import { Turns } from "./turns.ts";

/** Rows of a table that are kept, unless a call says otherwise. */
const DEFAULT_MAX_ROWS = 200_000;

/** Everything the worker holds: the opened source, the prepared data set, the runs and their models. */
export class Session {
  readonly #lease = new BackendLease(() => this.#backbones.release());
  readonly #library = new ModelLibrary(async () => (await opfsShelf()) ?? memoryShelf());
  readonly #backbones = new Backbones(
    loadBackbones(this.#library),
    "caches" in globalThis ? new BrowserFeatureCache() : NO_CACHE,
    () => this.#lease.home,
  );
  readonly #turns = new Turns();
  readonly #runs = new Map<string, FinishedRun>();
  #source: Source | null = null;
  #prepared: { key: string; dataset: Dataset } | null = null;
  #active: Run | null = null;
  #lostDevice = false;

  constructor(readonly emit: (runId: string, event: RunEvent) => void) {
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
    if (this.#active?.setup.runId !== runId) return;
    this.#active.control.act(action);
    if (action === "stop") this.#active.cancelPreparation();
  }

  readonly handlers: Handlers = this.#turns.each({
    "engine.describe": ({ backend }) => (this.#active ? this.#lease.current() : this.#lease.take(backend)),

    "data.open": async ({ source, skipBad, maxRows }, work) => {
      const opened = await openSource(source, { skipBad, maxRows: maxRows ?? DEFAULT_MAX_ROWS }, work);
      this.#source = opened;
      this.#prepared = null;
      return opened.summary;
    },

    "data.prepare": async ({ experiment }, work) => (await this.#prepare(experiment, work)).summary,

    "data.items": async ({ offset, limit, split }) => {
      const of = split && this.#prepared?.dataset;
      if (!of) {
        const source = this.#openSource();
        return { items: await source.items(offset, limit), total: source.summary.rows };
      }
      const all = of.splits[split];
      const page = [...all.subarray(offset, offset + limit)];
      return { items: await Promise.all(page.map((id) => of.item(id))), total: all.length };
    },

    "train.start": async ({ runId, experiment, backend }, work) => {
      if (this.#active) throw new Error("Another run is going on; stop it first.");
      const dataset = await this.#prepare(experiment, work);
      await this.#lease.take(backend);
      const settle: SettleBackend = (...model) => this.#turns.take(() => this.#settle(...model));
      this.#active = new Run({ runId, experiment, dataset, settle, backbones: this.#backbones });
      void this.#follow(this.#active);
      return { runId };
    },

    "train.estimate": async ({ experiment, backend }, work) => {
      const dataset = await this.#prepare(experiment, work);
      // A run that goes on keeps its backend.
      if (this.#active) return estimateCost(experiment, dataset, this.#backbones, () => this.#lease.current(), work);
      await this.#lease.take(backend);
      return estimateCost(experiment, dataset, this.#backbones, this.#settle, work);
    },

    "lens.show": async ({ experiment, item, runId, draw }, work) => {
      await this.#lease.current();
      const dataset = await this.#prepare(experiment, work);
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
      prepare: (experiment, work) => this.#prepare(experiment, work),
      weights: (runId) => this.#weights(runId),
      run: (runId) => this.#setupOf(runId),
      isTraining: () => this.#active !== null && !this.#active.control.paused,
    }),

    ...pretrainedHandlers(this.#library),

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

    "model.predictions": async ({ runId, split, query, limit, epoch }) => {
      const { dataset, said } = await this.#heldOut(runId, split, epoch ?? null);
      return listPredictions(dataset, dataset.splits[split], said, query, limit);
    },

    "model.save": async ({ runId }) => {
      const model = await this.#model(runId);
      return { bytes: saveModel(model), name: `${model.experiment.backbone.id}-${runId}.safetensors` };
    },

    ...exportHandler(this.#library, (runId) => this.#model(runId)),

    "model.load": async ({ file, name, runId }) => {
      const model = loadModel(new Uint8Array(await (file as Blob).arrayBuffer()), name);
      this.#runs.set(runId, { runId, model, record: null, dataset: null, predictions: {}, history: [] });
      return summarize(runId, model);
    },

    "model.describe": async ({ runId }) => summarize(runId, await this.#model(runId)),

    "model.drop": async ({ runId }) => {
      this.#runs.delete(runId);
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

  async #follow(run: Run): Promise<void> {
    const { runId } = run.setup;
    try {
      for await (const event of run.events()) {
        if (event.kind === "ended" && run.result) this.#runs.set(runId, run.result);
        if (event.kind === "ended") this.#active = null;
        this.emit(runId, event);
      }
    } catch (error) {
      const cause = run.control.stopping ? error : await causeOf(error);
      this.#active = null;
      this.emit(runId, { kind: "failed", error: toEngineError(cause), record: null });
    } finally {
      this.#active = null;
      this.#leaveLost();
    }
  }

  /** The K views of an item where they are made before the trained part reads it; else null. */
  async #views(experiment: Experiment, inputs: Inputs, draw: number, work: Work): Promise<View[] | null> {
    const { k } = experiment.repeat;
    if (isFrozen(experiment)) return this.#backbones.frozen.show(experiment, inputs, k, draw, work);
    if (inputs.modality !== "text") return null;
    const { reader } = await this.#backbones.tunable(experiment, work);
    return reader && tokenViews(experiment, inputs.texts[0] ?? "", 0, reader, { views: k, draw });
  }

  /** The data set of an experiment; kept, since the page asks with every change of a control. */
  async #prepare(experiment: Experiment, work: Work): Promise<Dataset> {
    const source = this.#openSource();
    const key = `${source.summary.id} ${preparedFrom(experiment)}`;
    if (this.#prepared?.key !== key) this.#prepared = { key, dataset: await source.prepare(experiment, work) };
    return this.#prepared.dataset;
  }

  #openSource(): Source {
    if (!this.#source) throw new Error("No data are open; open a file or a sample first.");
    return this.#source;
  }

  #finished(runId: string): FinishedRun {
    const run = this.#runs.get(runId);
    if (!run) throw new Error(`There is no trained model of the run "${runId}"; train or load one first.`);
    return run;
  }

  /** The model of a finished run, of a file, or of the run that goes on, as its weights are now. */
  async #model(runId: string): Promise<TrainedModel> {
    const active = this.#active?.setup.runId === runId ? await this.#active.model() : null;
    return active ?? this.#finished(runId).model;
  }

  /** Weights of a finished run, or of the one that goes on, as they are now. */
  async #weights(runId: string) {
    const active = this.#active;
    if (active?.setup.runId === runId) return active.trainer ? active.trainer.read() : null;
    return this.#runs.get(runId)?.model.params ?? null;
  }

  /** What a run was started with; a model from a file has no data set. */
  #setupOf(runId: string) {
    const active = this.#active;
    if (active?.setup.runId === runId) return { ...active.setup, active: true };
    const { model, dataset } = this.#finished(runId);
    if (!dataset) throw new Error("A loaded model has no held-out items; train here to see them.");
    return { experiment: model.experiment, dataset, active: false };
  }

  /** What a finished run or the one that goes on says of a split in a clean pass, or said after an epoch. */
  async #heldOut(runId: string, split: "validation" | "test", epoch: number | null) {
    if (epoch !== null && split === "test") throw new Error("The test items are only looked at when a run has ended.");
    const active = this.#active;
    if (active?.setup.runId === runId && active.trainer) {
      const { dataset } = active.setup;
      if (epoch !== null) return { dataset, said: saidAfter(active.history, epoch) };
      const { model, params } = active.trainer;
      const probabilities = await predict(model, params, dataset.splits[split], "clean");
      return { dataset, said: saidBy(probabilities, dataset.classes.length) };
    }
    const { dataset, predictions, history } = this.#finished(runId);
    const probabilities = predictions[split];
    if (!dataset || !probabilities) throw new Error("A loaded model has no held-out items; train here to see them.");
    return {
      dataset,
      said: epoch === null ? saidBy(probabilities, dataset.classes.length) : saidAfter(history, epoch),
    };
  }
}

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
