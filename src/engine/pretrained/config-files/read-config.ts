import { z } from "zod";
import { FAMILIES, type Family } from "../config.ts";
import type { ModelFiles } from "../files.ts";
import { CONFIG_FILE, type FileConfig } from "./common-fields.ts";
import { isImageFamily, PREPROCESSOR_FILE, readDeit, readDinov2, readVit } from "./image-families.ts";
import { checkFields, readJson, readNeededJson } from "./json-file.ts";
import { readSentenceModules, readSentenceSettings } from "./sentence-modules.ts";
import { readBert, readDistilbert, readGpt2, readRoberta } from "./text-families.ts";

const READ_TEXT = { bert: readBert, distilbert: readDistilbert, roberta: readRoberta, gpt2: readGpt2 } as const;
const READ_IMAGE = { vit: readVit, deit: readDeit, dinov2: readDinov2 } as const;

/**
 * Reads `config.json` and, where they are there, the files about tokenizer, pictures and sentences beside it.
 * @throws ModelFileError naming file, field and value of what is missing, damaged or not supported
 */
export async function readConfig(files: ModelFiles): Promise<FileConfig> {
  const json = await readNeededJson(files, CONFIG_FILE, "what kind of model it is");
  const family = readFamily(json);
  if (!isImageFamily(family)) return readTextModel(READ_TEXT[family](json), files);
  const preprocessor = await readNeededJson(files, PREPROCESSOR_FILE, "how colours are scaled for the model");
  return READ_IMAGE[family](json, preprocessor);
}

function readFamily(json: object): Family {
  return checkFields(z.object({ model_type: z.enum(FAMILIES) }), json, CONFIG_FILE).model_type;
}

/** Adds what a sentence model's own files and the tokenizer's say. */
async function readTextModel(config: FileConfig, files: ModelFiles): Promise<FileConfig> {
  const [modules, settings, limit] = await Promise.all([
    readSentenceModules(files),
    readSentenceSettings(files),
    readTokenizerLimit(files),
  ]);
  if (config.input.modality !== "text") return config;
  const maxTokens = Math.min(config.input.maxTokens, settings.maxTokens ?? Infinity, limit ?? Infinity);
  return { ...config, ...modules, input: { ...config.input, maxTokens } };
}

const TOKENIZER_FILE = "tokenizer_config.json";
/** Tokenizers without a limit say 10^30. */
const TOKENIZER = z.object({ model_max_length: z.number().min(1).nullish() });

async function readTokenizerLimit(files: ModelFiles): Promise<number | null> {
  const json = await readJson(files, TOKENIZER_FILE);
  return json ? (checkFields(TOKENIZER, json, TOKENIZER_FILE).model_max_length ?? null) : null;
}
