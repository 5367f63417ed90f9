import type { Experiment } from "../../shared/experiment.ts";
import { hasNoiseBelow, isBelowBackbone } from "../../shared/noise-misfits.ts";
import type { View } from "../../shared/protocol.ts";
import type { BackendName } from "../../shared/task.ts";
import type { Inputs, Work } from "../data/dataset.ts";
import { CancelledError } from "../errors.ts";
import { nextTask } from "../next-task.ts";
import { onBackend } from "../tf.ts";
import type { NetworkData } from "../train/device-data.ts";
import type { FeatureCache } from "./feature-cache.ts";
import type { FrozenBackbone } from "./frozen-backbone.ts";

/** The part of {@link NetworkData} that a frozen backbone decides. */
export type EncodedData = Omit<NetworkData, "labels" | "numClasses">;

/** Fetches a frozen backbone; asked once a backend. */
export type LoadFrozen = (experiment: Experiment, work: Work) => Promise<PlaceFrozen>;

/** Puts a frozen backbone that was fetched on the current backend, at once. */
export type PlaceFrozen = () => FrozenBackbone;

/** What {@link FrozenFeatures.encode} says of its progress while it computes features. */
export const ENCODING = "Encoding with the frozen backbone";

/** What to encode, beyond the inputs themselves. */
export interface EncodeOptions {
  /** Noisy views an item where noise enters below the backbone; the experiment's bank where left out. */
  readonly views?: number;
  readonly draw?: number;
}

/** Features of frozen backbones: computed once an item, kept in memory and on disk. */
export class FrozenFeatures {
  readonly #loaded = new Map<string, Promise<FrozenBackbone>>();
  readonly #memory = new Map<string, Map<number, Float32Array>>();

  /** @param home the backend on which backbones live and encode; null: whichever is current */
  constructor(
    readonly load: LoadFrozen,
    readonly disk: FeatureCache,
    readonly home: () => BackendName | null = () => null,
    /** Tells weights apart that an experiment calls alike. */
    readonly identity: (experiment: Experiment) => Promise<string> = async () => "",
  ) {}

  /**
   * Encodes items of a data set.
   * @param key names the data set's content: equal keys hold equal inputs, but for their size, under equal numbers; ""
   *   is never kept
   */
  async encode(
    experiment: Experiment,
    inputs: Inputs,
    key: string,
    items: Int32Array,
    work: Work,
    { views = experiment.repeat.views, draw = 0 }: EncodeOptions = {},
  ): Promise<EncodedData> {
    const bank = hasNoiseBelow(experiment) ? views : 0;
    const weights = await this.identity(experiment);
    const address = key && featureKey(experiment, `${key} ${sizeOf(inputs)}${weights && ` ${weights}`}`, bank, draw);
    const known = await this.#known(address);
    const missing = items.filter((item) => !known.has(item));
    if (missing.length > 0) await this.#compute(experiment, inputs, missing, bank, draw, known, work);
    if (address && missing.length > 0) await this.disk.write(address, known);
    return assemble(items, known, bank, inputs);
  }

  /** The K noisy views of an item that the lens would see, as they can be drawn. */
  async show(experiment: Experiment, inputs: Inputs, count: number, draw: number, work: Work): Promise<View[]> {
    const backbone = await this.#backbone(experiment, work);
    return this.#atHome(() => backbone.show({ experiment, inputs, item: 0, count, draw }));
  }

  /** Length of the feature vector, once the backbone is loaded. */
  async featureSize(experiment: Experiment, work: Work): Promise<number> {
    return (await this.#backbone(experiment, work)).featureSize;
  }

  /** Number of weights of the backbone, once it is loaded. */
  async parameters(experiment: Experiment, work: Work): Promise<number> {
    return (await this.#backbone(experiment, work)).parameters;
  }

  /** Lets go of what lives on the device; features in memory stay. */
  release(): void {
    for (const backbone of this.#loaded.values()) backbone.then((loaded) => loaded.dispose()).catch(() => {});
    this.#loaded.clear();
  }

  async #backbone(experiment: Experiment, work: Work): Promise<FrozenBackbone> {
    const key = `${JSON.stringify(experiment.backbone)} ${await this.identity(experiment)}`;
    const loading = this.#loaded.get(key) ?? this.#load(experiment, work);
    this.#loaded.set(key, loading);
    // A failed download is tried again the next time.
    loading.catch(() => this.#loaded.delete(key));
    return loading;
  }

  async #load(experiment: Experiment, work: Work): Promise<FrozenBackbone> {
    const place = await this.load(experiment, work);
    return this.#atHome(place);
  }

  /** Weights stay on one backend, whichever a run trains on; features are read back, so they can go anywhere. */
  #atHome<T>(compute: () => T): T {
    const home = this.home();
    return home === null ? compute() : onBackend(home, compute);
  }

  async #known(key: string): Promise<Map<number, Float32Array>> {
    if (key === "") return new Map();
    const known = this.#memory.get(key) ?? (await this.disk.read(key)) ?? new Map<number, Float32Array>();
    this.#memory.set(key, known);
    return known;
  }

  async #compute(
    experiment: Experiment,
    inputs: Inputs,
    items: Int32Array,
    bank: number,
    draw: number,
    into: Map<number, Float32Array>,
    work: Work,
  ): Promise<void> {
    const backbone = await this.#backbone(experiment, work);
    const size = (1 + bank) * backbone.featureSize;
    const perCall = Math.max(1, Math.floor(backbone.itemsPerCall / (1 + bank)));
    for (let start = 0; start < items.length; start += perCall) {
      if (work.signal.aborted) throw new CancelledError("Encoding was cancelled.");
      const part = items.subarray(start, start + perCall);
      const features = this.#atHome(() => backbone.encode(experiment, inputs, part, bank, draw));
      const values = (await features.data()) as Float32Array;
      features.dispose();
      for (const [i, item] of part.entries()) into.set(item, values.slice(i * size, (i + 1) * size));
      work.progress(ENCODING, Math.min(start + perCall, items.length), items.length);
      await nextTask();
    }
  }
}

/** A data set's content says nothing of the size at which its images were decoded. */
const sizeOf = (inputs: Inputs): string =>
  inputs.modality === "image" ? `${inputs.height}x${inputs.width}x${inputs.channels}` : "";

/** Everything that decides the features of an item. */
function featureKey(experiment: Experiment, key: string, bank: number, draw: number): string {
  const { backbone, repeat, seed } = experiment;
  const noises = repeat.noises.map((noise, i) => ({ i, noise })).filter(({ noise }) => isBelowBackbone(noise));
  return JSON.stringify([key, backbone, bank > 0 ? [noises, seed, bank, draw] : null]);
}

function assemble(items: Int32Array, known: Map<number, Float32Array>, bank: number, inputs: Inputs): EncodedData {
  const width = known.get(items[0] ?? 0)?.length ?? 0;
  const values = new Float32Array(items.length * width);
  const rowOf = new Int32Array(itemCount(inputs)).fill(-1);
  for (const [i, item] of items.entries()) {
    values.set(known.get(item) as Float32Array, i * width);
    rowOf[item] = i * (1 + bank);
  }
  const size = width / (1 + bank);
  return { input: { modality: "features", size }, values, scale: 1, views: bank, rowOf, stdDevs: null, emptyRow: null };
}

function itemCount(inputs: Inputs): number {
  switch (inputs.modality) {
    case "table":
      return inputs.values.length / inputs.encoder.features.length;
    case "text":
      return inputs.texts.length;
    case "image":
      return inputs.pixels.length / (inputs.height * inputs.width * inputs.channels);
    default:
      return inputs satisfies never;
  }
}
