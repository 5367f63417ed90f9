import { BACKEND_NAMES } from "../../../shared/backend-words.ts";
import {
  type EncodingSpeed,
  FOLDER_REVISION,
  type ModelName,
  type PretrainedSummary,
} from "../../../shared/pretrained.ts";
import type { PretrainedTask } from "../../stores/pretrained-store.ts";
import { formatBytes, formatCount, formatRate, plural } from "../../ui/format.ts";

const NAME = /^[\w.-]+\/[\w.-]+$/;
const POOLINGS: Readonly<Record<string, string>> = {
  mean: "the mean of its tokens",
  cls: "its first token",
  "cls-tanh": "its first token through the pooler",
  "last-token": "its last token",
};

/** Facts of a model in the order in which a person asks for them: what it is, what it may be used for, what it costs. */
export function factsOf(model: PretrainedSummary): [name: string, value: string][] {
  const { family, sizes, parameters, licence, languages, modality, tokens, side, pooling, commit, bytes } = model;
  const reads = modality === "text" ? `text, up to ${plural(tokens, "token")}` : `images, ${side} px, ${tokens} tokens`;
  return [
    ["Kind", `${family}, ${plural(sizes.layers, "layer")} of ${formatCount(sizes.hidden)}`],
    ["Weights", formatCount(parameters)],
    ["Reads", reads],
    ["Vector", POOLINGS[pooling] ?? pooling],
    ...(languages.length > 0 ? ([["Languages", languagesOf(languages)]] as [string, string][]) : []),
    ["Licence", licence ?? "not stated"],
    ["On disk", formatBytes(bytes)],
    ["On the device", `about ${formatBytes(4 * parameters)}`],
    ...(commit === null ? [] : ([["Commit", commit.slice(0, 10)]] as [string, string][])),
  ];
}

const MOST_LANGUAGES = 6;

/** `English, Chinese`, by their codes; of many the first few. */
function languagesOf(codes: readonly string[]): string {
  const names = new Intl.DisplayNames("en", { type: "language", fallback: "code" });
  const known = codes.slice(0, MOST_LANGUAGES).map((code) => nameOf(names, code));
  return codes.length > MOST_LANGUAGES
    ? `${known.join(", ")} and ${codes.length - MOST_LANGUAGES} more`
    : known.join(", ");
}

function nameOf(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

/** `owner/name`, with its revision where it is not the usual one. */
export const nameWords = ({ source, revision }: ModelName): string =>
  revision === "main" ? source : revision === FOLDER_REVISION ? `${source} (your files)` : `${source} at ${revision}`;

/** Why a text is no name of a repository, or null where it is. */
export function nameRefusal(source: string): string | null {
  if (NAME.test(source)) return null;
  return "Give a repository as owner/name, such as sentence-transformers/all-MiniLM-L6-v2.";
}

/** `83 texts of 20 tokens a second on WebGPU`. */
export function speedWords({ itemsPerSecond, tokens, backend }: EncodingSpeed, modality: "text" | "image"): string {
  const what = modality === "text" ? `texts of ${tokens} tokens` : "images";
  return `${formatRate(itemsPerSecond)} ${what} a second on ${BACKEND_NAMES[backend]}`;
}

/** `73,728 of 22.7 M`, as a share: `0.32%`. */
export function shareWords(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return part === 0 ? "0%" : percent >= 10 ? `${percent.toFixed(0)}%` : `${Number(percent.toPrecision(2))}%`;
}

/** What is being done, for the progress line. */
export const TASK_WORDS: Readonly<Record<PretrainedTask, string>> = {
  looking: "Reading what the repository says",
  fetching: "Downloading",
  adding: "Keeping your files",
  measuring: "Measuring its speed",
};
