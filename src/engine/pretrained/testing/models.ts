import { readFileSync } from "node:fs";
import type { HostParams } from "../../models/model.ts";
import { writeSafetensors } from "../../safetensors/safetensors.ts";
import type { TransformerConfig } from "../config.ts";
import { readConfig } from "../config-files/read-config.ts";
import { matchTensors } from "../config-files/tensor-names.ts";
import { filesOf, type ModelFiles } from "../files.ts";
import { openWeights } from "../weight-files.ts";

const FOLDER = "src/engine/pretrained/testing";

type Json = Record<string, unknown>;
interface Described {
  readonly files: Readonly<Record<string, Json>>;
  readonly tensors: Readonly<Record<string, number[]>>;
}

interface ConfigOracle {
  readonly models: Readonly<Record<string, Described>>;
  /** DINOv2's table of positions [26, 8], and what it makes of it for images of other sides. */
  readonly positions: { readonly table: number[]; readonly sides: Readonly<Record<string, number[]>> };
}

const CONFIG_ORACLE: ConfigOracle = JSON.parse(readFileSync(`${FOLDER}/configs/oracle.json`, "utf8"));
const ORACLE = CONFIG_ORACLE.models;
export const POSITION_ORACLE = CONFIG_ORACLE.positions;

/** Content by path. */
export type Contents = Record<string, string | Uint8Array<ArrayBuffer>>;

/** Tiny models of every family as transformers saves them; see configs/generate.py. */
export const SAVED = Object.keys(ORACLE);

export const tensorsOf = (model: string): Readonly<Record<string, number[]>> => ORACLE[model]?.tensors ?? {};

/** Tokenizers of about 1,000 tokens, and the ids that the reference makes of 1,000 texts; see tokenizers/generate.py. */
export const TOKENIZER_ORACLE: {
  readonly texts: readonly string[];
  readonly tokenizers: Readonly<Record<TokenizerName, object>>;
  readonly ids: Readonly<Record<TokenizerName, readonly (readonly number[])[]>>;
} = JSON.parse(readFileSync(`${FOLDER}/tokenizers/oracle.json`, "utf8"));
export type TokenizerName = "bert" | "gpt2" | "roberta";

export const tokenizerJson = (name: TokenizerName): string => JSON.stringify(TOKENIZER_ORACLE.tokenizers[name]);

/** Weights of given shapes, in which every number tells its place: 0, 1, 2, ... through all tensors, by 1000. */
export function weightsOf(shapes: Readonly<Record<string, readonly number[]>>): Uint8Array<ArrayBuffer> {
  let at = 0;
  const params: HostParams = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const size = shape.reduce((a, b) => a * b, 1);
    params[name] = { shape, values: Float32Array.from({ length: size }, () => at++ / 1000) };
  }
  return writeSafetensors({ params, metadata: { format: "pt" } });
}

/** The files of a saved model; `config` and `preprocessor` are put over the fields of its own files. */
export function savedModel(model: string, config: Json = {}, preprocessor: Json = {}): Contents {
  const { files = {}, tensors = {} } = ORACLE[model] ?? {};
  const changes: Readonly<Record<string, Json>> = { "config.json": config, "preprocessor_config.json": preprocessor };
  const json = Object.entries(files).map(([name, fields]) => [name, JSON.stringify({ ...fields, ...changes[name] })]);
  return { ...Object.fromEntries(json), "model.safetensors": weightsOf(tensors) };
}

/** A text model's files with a tokenizer, and a vocabulary as large as it needs. */
export function savedTextModel(model: string, tokenizer: TokenizerName): Contents {
  const vocabulary = 1500;
  const shapes = Object.entries(tensorsOf(model)).map(
    ([name, [rows = 0, ...rest]]) => [name, rows === 40 ? [vocabulary, ...rest] : [rows, ...rest]] as const,
  );
  return {
    ...savedModel(model, { vocab_size: vocabulary }),
    "model.safetensors": weightsOf(Object.fromEntries(shapes)),
    "tokenizer.json": tokenizerJson(tokenizer),
  };
}

export const inMemory = (contents: Contents): ModelFiles =>
  filesOf(Object.entries(contents).map(([path, content]) => [path, new Blob([content])] as const));

/** What the configuration and the tensors' names say of a model. */
export async function readModel(contents: Contents): Promise<TransformerConfig> {
  const files = inMemory(contents);
  const { weights, file } = await openWeights(files);
  return matchTensors(await readConfig(files), weights, file);
}
