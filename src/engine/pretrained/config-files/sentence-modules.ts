import { z } from "zod";
import { ModelFileError } from "../../errors.ts";
import type { TokenPooling } from "../config.ts";
import type { ModelFiles } from "../files.ts";
import { orElse } from "./common-fields.ts";
import { checkFields, readJson, readNeededJson, unsupportedField } from "./json-file.ts";

const MODULES_FILE = "modules.json";
/** Its name tells the family of the model in older repositories. */
const SETTINGS_FILES = ["sentence_bert_config.json", "sentence_distilbert_config.json", "sentence_roberta_config.json"];

const MODULES = z.array(z.object({ path: orElse(z.string(), ""), type: z.string() }));
const SETTINGS = z.object({ max_seq_length: z.int().min(1).nullish(), do_lower_case: orElse(z.boolean(), false) });

/** Pooling modes by their names in files, and ours. */
const POOLINGS: Readonly<Record<string, TokenPooling>> = { cls: "cls", mean: "mean", lasttoken: "last-token" };
const FLAGS: Readonly<Record<string, string>> = {
  cls: "pooling_mode_cls_token",
  mean: "pooling_mode_mean_tokens",
  lasttoken: "pooling_mode_lasttoken",
  max: "pooling_mode_max_tokens",
  mean_sqrt_len_tokens: "pooling_mode_mean_sqrt_len_tokens",
  weightedmean: "pooling_mode_weightedmean_tokens",
};

/** How a sentence model (1908.10084) makes one vector of a text. */
export interface SentenceModules {
  readonly pooling: TokenPooling;
  readonly normalize: boolean;
}

/** What a sentence model does to a text before its tokens. */
export interface SentenceSettings {
  readonly maxTokens: number | null;
  readonly lowercase: boolean;
}

/**
 * Reads `modules.json`: a transformer, a pooling and perhaps a normalisation; null where there is no such file.
 * @throws ModelFileError naming a module or a pooling that is not supported
 */
export async function readSentenceModules(files: ModelFiles): Promise<SentenceModules | null> {
  const json = await readJson(files, MODULES_FILE);
  if (!json) return null;
  const modules = checkFields(MODULES, json, MODULES_FILE).map(({ type, path }) => ({
    kind: type.split(".").at(-1) ?? "",
    path,
  }));
  const kinds = modules.map(({ kind }) => kind);
  const order = kinds.join(", ");
  if (order !== "Transformer, Pooling" && order !== "Transformer, Pooling, Normalize")
    unsupportedField(MODULES_FILE, "type", kinds, [
      ["Transformer", "Pooling"],
      ["Transformer", "Pooling", "Normalize"],
    ]);
  const [transformer, pooling] = modules;
  if (transformer?.path)
    unsupportedField(MODULES_FILE, "path", transformer.path, ["the model's own folder, hence an empty one"]);
  return { pooling: await readPooling(files, pooling?.path ?? ""), normalize: kinds.length === 3 };
}

async function readPooling(files: ModelFiles, path: string): Promise<TokenPooling> {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(path))
    throw new ModelFileError(
      MODULES_FILE,
      "damaged",
      `"path" of the pooling is ${JSON.stringify(path.slice(0, 80))}, which is no folder beside it.`,
      "Get the model from where it was published.",
    );
  const file = `${path}/config.json`;
  const json = (await readNeededJson(files, file, "how tokens become one vector")) as Record<string, unknown>;
  const modes = typeof json.pooling_mode === "string" ? [json.pooling_mode.toLowerCase()] : flaggedModes(json);
  const [mode = ""] = modes;
  const pooling = modes.length === 1 && Object.hasOwn(POOLINGS, mode) ? POOLINGS[mode] : undefined;
  return pooling ?? unsupportedField(file, "pooling_mode", modes.join(" and "), Object.keys(POOLINGS));
}

/** Modes whose flag is set; the mean is, where nothing is said of it. */
const flaggedModes = (json: Record<string, unknown>): string[] =>
  Object.entries(FLAGS).flatMap(([mode, flag]) => ((json[flag] ?? mode === "mean") === true ? [mode] : []));

/** Reads `sentence_bert_config.json` or its older names. */
export async function readSentenceSettings(files: ModelFiles): Promise<SentenceSettings> {
  for (const file of SETTINGS_FILES) {
    const json = await readJson(files, file);
    if (!json) continue;
    const { max_seq_length: maxTokens, do_lower_case: lowercase } = checkFields(SETTINGS, json, file);
    return { maxTokens: maxTokens ?? null, lowercase };
  }
  return { maxTokens: null, lowercase: false };
}
