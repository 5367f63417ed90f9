import type { Work } from "../data/dataset.ts";
import { throwIfCancelled } from "../data/problems.ts";
import type { Weights } from "../safetensors/weights.ts";
import type { TransformerConfig } from "./config.ts";
import type { FileConfig } from "./config-files/common-fields.ts";
import { readConfig } from "./config-files/read-config.ts";
import { readSentenceSettings } from "./config-files/sentence-modules.ts";
import { matchTensors } from "./config-files/tensor-names.ts";
import type { ModelFiles, ModelOrigin } from "./files.ts";
import { type ModelCard, readModelCard } from "./model-card.ts";
import { withPositionsFor } from "./position-table.ts";
import { openTokenizer, type PretrainedTokenizer } from "./tokenizer.ts";
import { openWeights } from "./weight-files.ts";

/** A pretrained model whose files have been checked; its tensors are read when they are asked for. */
export interface Pretrained extends ModelOrigin, ModelCard {
  readonly config: TransformerConfig;
  readonly weights: Weights;
  /** Null for a model that reads images. */
  readonly tokenizer: PretrainedTokenizer | null;
  /** Bytes of all its files. */
  readonly bytes: number;
}

/**
 * Opens a model: its configuration, its weights by their headers, its tokenizer and its card.
 * @param maxTokens of a text are read, special ones included, where the model would read more
 * @throws ModelFileError naming what is missing, damaged or not supported; CancelledError
 */
export async function openPretrained(files: ModelFiles, work: Work, maxTokens = Infinity): Promise<Pretrained> {
  const step = (done: number): void => {
    throwIfCancelled(work);
    work.progress("Opening the model", done, 3);
  };
  step(0);
  const described = shortened(await readConfig(files), maxTokens);
  step(1);
  const { weights, file } = await openWeights(files);
  const config = matchTensors(described, weights, file);
  step(2);
  const { input } = config;
  const tokenizer =
    input.modality === "text" ? await openTokenizer(files, input, await readSentenceSettings(files)) : null;
  const card = await readModelCard(files);
  step(3);
  const bytes = files.names.reduce((sum, name) => sum + (files.size(name) ?? 0), 0);
  return { ...files.origin, ...card, config, weights: withPositionsFor(config, weights), tokenizer, bytes };
}

const shortened = (config: FileConfig, maxTokens: number): FileConfig =>
  config.input.modality === "text"
    ? { ...config, input: { ...config.input, maxTokens: Math.min(maxTokens, config.input.maxTokens) } }
    : config;
