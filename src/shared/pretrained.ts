import type { Experiment } from "./experiment.ts";
import type { Tuning, TuningId } from "./plugins/tunings/index.ts";
import type { BackendChoice, BackendName } from "./task.ts";

/** A pretrained model by its name: a repository `owner/name` on the Hugging Face Hub, or a folder the user opened. */
export interface ModelName {
  source: string;
  /** Branch, tag or commit of a repository; `folder` for files of the user's. */
  revision: string;
}

/** Stands in the place of a revision where the files are the user's own. */
export const FOLDER_REVISION = "folder";

/** Where repositories are, unless the user says otherwise. */
export const HUB_ADDRESS = "https://huggingface.co";

/** A transformer's sizes, as far as people and estimates want to know them. */
export interface TransformerSizes {
  layers: number;
  /** Width of a token's vector. */
  hidden: number;
  heads: number;
  /** Width within the feed-forward network. */
  intermediate: number;
  /** Rows of the token table; 0 for images. */
  vocabulary: number;
}

/** A pretrained model, as its files describe it. */
export interface PretrainedSummary extends ModelName {
  /** The commit that the revision stood for; null for a folder, or where the server does not say. */
  commit: string | null;
  /** Such as `BERT`. */
  family: string;
  modality: "text" | "image";
  sizes: TransformerSizes;
  /** Tokens of the longest input: a text's limit, or those of every image. */
  tokens: number;
  /** Side in pixels of an image; null for text. */
  side: number | null;
  /** How the tokens' vectors become one: `mean`, `cls`, ... */
  pooling: string;
  parameters: number;
  /** Bytes of its files, on disk and on the way. */
  bytes: number;
  /** As its repository states it; null where it does not. */
  licence: string | null;
  /** Codes such as `en`. */
  languages: string[];
}

/** What is kept on this machine. */
export interface KeptModels {
  models: PretrainedSummary[];
  /** What they take, and what the browser gives in all; null where it does not say. */
  bytes: number;
  quota: number | null;
  /** Why nothing can be kept, where the browser gives no room for files. */
  refusal: string | null;
}

/** How many weights of a backbone each way of tuning it trains, the head not counted. */
export type TrainedWeights = Record<TuningId, number>;

/** How fast a model on this machine turns inputs into vectors, measured. */
export interface EncodingSpeed {
  itemsPerSecond: number;
  /** Tokens of each input. */
  tokens: number;
  backend: BackendName;
}

/** Calls about pretrained models by name or folder. None but `models.look` and `models.fetch` use the network. */
export interface PretrainedCalls {
  "models.kept": { arguments: Record<never, never>; result: KeptModels };
  /** Reads the description of a repository, not its weights. */
  "models.look": { arguments: ModelName & { base: string }; result: PretrainedSummary };
  /** Fetches a repository's files and keeps them. */
  "models.fetch": { arguments: ModelName & { base: string }; result: PretrainedSummary };
  /** Keeps files of the user's; the model's source is their folder's name. */
  "models.add": { arguments: { files: { path: string; file: Blob }[] }; result: PretrainedSummary };
  "models.delete": { arguments: ModelName; result: KeptModels };
  /** For a model that is here; `tuning` stands for its own way, the others have their defaults. */
  "models.trained": { arguments: ModelName & { tuning: Tuning }; result: TrainedWeights };
  /** Puts the experiment's model on the backend and times it on made-up inputs. */
  /** Multiplications and additions a second of one matrix product on the backend, before any model is there. */
  "backbone.rate": {
    arguments: { backend: BackendChoice };
    result: { operationsPerSecond: number; backend: BackendName };
  };
  "backbone.measure": { arguments: { experiment: Experiment; backend: BackendChoice }; result: EncodingSpeed };
}

/** True where a name means a model: by the branch, tag or commit that was asked for, or by the commit that it stood for. */
export const isNamed = (model: PretrainedSummary, { source, revision }: ModelName): boolean =>
  model.source === source && (model.revision === revision || model.commit === revision);

/** True where two names are the same. */
export const sameModel = (a: ModelName, b: ModelName): boolean => a.source === b.source && a.revision === b.revision;

/**
 * Multiplications and additions of one input's pass through a model: 2 a weight and token, the tables left out, which are
 * looked up. The scores of attention come on top and are few in inputs of some hundred tokens.
 */
export const operationsOf = ({ parameters, sizes }: Pick<PretrainedSummary, "parameters" | "sizes">, tokens: number) =>
  2 * (parameters - sizes.vocabulary * sizes.hidden) * tokens;
