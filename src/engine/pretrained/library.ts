import { TUNINGS, type Tuning } from "../../shared/plugins/tunings/index.ts";
import {
  FOLDER_REVISION,
  type KeptModels,
  type ModelName,
  type PretrainedSummary,
  type TrainedWeights,
} from "../../shared/pretrained.ts";
import type { NamedFile } from "../../shared/protocol.ts";
import type { Work } from "../data/dataset.ts";
import { throwIfCancelled } from "../data/problems.ts";
import { ModelFileError } from "../errors.ts";
import type { LoadedTransformer } from "../models/transformer/loaded.ts";
import { readBackbone } from "../models/transformer/read-backbone.ts";
import { countTrained } from "../tunings/index.ts";
import type { TransformerConfig } from "./config.ts";
import { readConfig } from "./config-files/read-config.ts";
import { matchTensors } from "./config-files/tensor-names.ts";
import { filesOf, type ModelFiles } from "./files.ts";
import { Hub } from "./hub/hub.ts";
import { readModelCard } from "./model-card.ts";
import { openPretrained, type Pretrained } from "./open-pretrained.ts";
import type { Shelf } from "./store/shelf.ts";
import { type Draft, ModelStore, type StoredModel } from "./store/store.ts";
import { summaryOf } from "./summary.ts";
import { openWeights } from "./weight-files.ts";

/** What an experiment says of a model by name. */
export interface TransformerChoice extends ModelName {
  readonly maxTokens: number;
}

/** Bytes of one copy from the user's file to ours, between two signs of progress. */
const PIECE = 4 << 20;

/** The pretrained models on this machine, and the way to more of them. */
export class ModelLibrary {
  #store: Promise<ModelStore> | null = null;

  /** @param shelf where models are kept; opened when it is first needed */
  constructor(readonly shelf: () => Promise<Shelf>) {}

  /** What is kept, without the network. */
  async kept(): Promise<KeptModels> {
    const store = await this.#opened();
    const models: PretrainedSummary[] = [];
    for (const model of await store.list()) models.push(await summarize(model, await store.open(model)));
    const { models: bytes, room } = await store.size();
    const refusal = store.shelf.lasting
      ? null
      : "This browser keeps no files for this page, so that models are gone when it is closed.";
    return { models, bytes, quota: room?.quota ?? null, refusal };
  }

  /** What a repository says of its model; its weights stay where they are. @throws ModelFileError, CancelledError */
  async look(name: ModelName, base: string, work: Work): Promise<PretrainedSummary> {
    const hub = await this.#hub(base);
    const repository = await hub.list(addressOf(name), work.signal);
    const files = await hub.describe(repository, work);
    const { licence, languages } = await readModelCard(files);
    const { commit, bytes } = repository;
    const config = await readConfig(files);
    return summaryOf({ ...name, commit, config, bytes, licence: repository.licence ?? licence, languages });
  }

  /** Fetches a repository's model and checks that it can be read. @throws ModelFileError, CancelledError */
  async fetch(name: ModelName, base: string, work: Work): Promise<PretrainedSummary> {
    const hub = await this.#hub(base);
    const repository = await hub.list(addressOf(name), work.signal);
    const files = await hub.download(repository, work);
    await openPretrained(files, work);
    return summarize(await this.#find(name), files);
  }

  /** Keeps a model of the user's own files, in the place of one of the same name. @throws ModelFileError, CancelledError */
  async add(given: readonly NamedFile[], work: Work): Promise<PretrainedSummary> {
    const files = filesOf(given.map(({ path, file }) => [path, file] as const));
    const { licence, id } = await openPretrained(files, work);
    const store = await this.#opened();
    // Each has a place of its own, so that the one before stays until this one is whole.
    const record = { id, revision: FOLDER_REVISION, commit: `${FOLDER_REVISION}-${Date.now()}`, licence };
    try {
      await copyInto(store.draft(record), files, work);
    } catch (error) {
      await store.remove(record);
      throw error;
    }
    for (const before of await store.list())
      if (before.id === id && before.revision === FOLDER_REVISION && before.commit !== record.commit)
        await store.remove(before);
    return this.describe({ source: id, revision: FOLDER_REVISION });
  }

  async remove(name: ModelName): Promise<KeptModels> {
    const store = await this.#opened();
    const found = await store.find(name.source, name.revision);
    if (found) await store.remove(found);
    return this.kept();
  }

  /** What a model is that is here. @throws ModelFileError where it is not here */
  async describe(name: ModelName): Promise<PretrainedSummary> {
    const found = await this.#find(name);
    return summarize(found, await (await this.#opened()).open(found));
  }

  /** How many weights each way of tuning trains in a model that is here. @throws ModelFileError where it is not here */
  async trained({ tuning, ...name }: ModelName & { tuning: Tuning }): Promise<TrainedWeights> {
    const config = await configOf(await (await this.#opened()).open(await this.#find(name)));
    const counts = TUNINGS.map(({ id, parameters }) => {
      const choice = id === tuning.id ? tuning : ({ id, ...parameters.parse({}) } as Tuning);
      return [id, countTrained(choice, config)] as const;
    });
    return Object.fromEntries(counts) as TrainedWeights;
  }

  /** Names a model that is here and its weights: equal identities, equal weights. @throws ModelFileError where it is not here */
  async identity({ source, revision, maxTokens }: TransformerChoice): Promise<string> {
    const { commit } = await this.#find({ source, revision });
    return JSON.stringify([source, commit, maxTokens]);
  }

  /** Opens a model that is here. @throws ModelFileError where it is not here, CancelledError */
  async open(choice: TransformerChoice, work: Work): Promise<Pretrained & { readonly files: ModelFiles }> {
    const store = await this.#opened();
    const files = await store.open(await this.#find(choice));
    return { ...(await openPretrained(files, work, choice.maxTokens)), files };
  }

  /** Reads a model that is here into memory. @throws ModelFileError where it is not here, CancelledError */
  async load(choice: TransformerChoice, work: Work): Promise<LoadedTransformer> {
    const { config, weights, tokenizer } = await this.open(choice, work);
    const params = await readBackbone(config, weights);
    throwIfCancelled(work);
    return { identity: await this.identity(choice), config, params, reader: tokenizer };
  }

  async #find({ source, revision }: ModelName): Promise<StoredModel> {
    const found = await (await this.#opened()).find(source, revision);
    if (found) return found;
    const action = revision === FOLDER_REVISION ? "Open its folder" : "Download it";
    throw new ModelFileError(
      source,
      "missing",
      "This model is not on this machine.",
      `${action} in the stage Backbone.`,
    );
  }

  #opened(): Promise<ModelStore> {
    this.#store ??= this.shelf().then((shelf) => new ModelStore(shelf));
    return this.#store;
  }

  async #hub(base: string): Promise<Hub> {
    return new Hub({ base, mayFetch: true }, await this.#opened());
  }
}

const addressOf = ({ source, revision }: ModelName) => ({ id: source, revision });

/** Copies a model's files, and makes them whole. */
async function copyInto(draft: Draft, files: ModelFiles, work: Work): Promise<void> {
  const total = files.names.reduce((sum, name) => sum + (files.size(name) ?? 0), 0);
  let done = 0;
  for (const name of files.names) {
    const blob = (await files.open(name)) as Blob;
    const writer = await draft.write(name, 0);
    try {
      for (let at = 0; at < blob.size; at += PIECE) {
        throwIfCancelled(work);
        await writer.write(new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()));
        work.progress("Keeping the model", done + at, total);
      }
    } finally {
      await writer.close();
    }
    draft.finish(name, blob.size);
    done += blob.size;
  }
  await draft.complete(new Date());
}

async function summarize(model: StoredModel, files: ModelFiles): Promise<PretrainedSummary> {
  const { id, revision, commit, licence, bytes } = model;
  const card = await readModelCard(files);
  return summaryOf({
    source: id,
    revision,
    commit: revision === FOLDER_REVISION ? null : commit,
    config: await configOf(files),
    bytes,
    licence: licence ?? card.licence,
    languages: card.languages,
  });
}

/** What a model's files say of it, the names of its tensors included. */
async function configOf(files: ModelFiles): Promise<TransformerConfig> {
  const { weights, file } = await openWeights(files);
  return matchTensors(await readConfig(files), weights, file);
}
