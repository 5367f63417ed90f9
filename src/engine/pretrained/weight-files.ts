import { ModelFileError } from "../errors.ts";
import { openSharded } from "../safetensors/sharded.ts";
import { openSafetensors, type Weights } from "../safetensors/weights.ts";
import { readJson } from "./config-files/json-file.ts";
import type { ModelFiles } from "./files.ts";

export const WEIGHTS_FILE = "model.safetensors";
export const INDEX_FILE = "model.safetensors.index.json";
/** Formats of other programs, each of which can be saved as safetensors by the one that made it. */
const OTHER_FORMATS = /\.(bin|pt|pth|ckpt|h5|msgpack|onnx|gguf|ot)$/;

/** A model's tensors, and the file that lists them. */
export interface WeightFiles {
  readonly weights: Weights;
  readonly file: string;
}

/**
 * Opens `model.safetensors`, or the files that `model.safetensors.index.json` names.
 * @throws ModelFileError where there is neither, or one of them is damaged
 */
export async function openWeights(files: ModelFiles): Promise<WeightFiles> {
  const blob = await files.open(WEIGHTS_FILE);
  if (blob) return { weights: withCurrentNames(await openSafetensors(blob, WEIGHTS_FILE)), file: WEIGHTS_FILE };
  const index = await readJson(files, INDEX_FILE);
  if (!index) return noWeights(files.names);
  const weights = await openSharded(index, INDEX_FILE, (name) => files.open(name));
  return { weights: withCurrentNames(weights), file: INDEX_FILE };
}

/** @throws ModelFileError, always */
export function noWeights(names: readonly string[]): never {
  const other = names.find((name) => OTHER_FORMATS.test(name));
  if (other === undefined)
    throw new ModelFileError(
      WEIGHTS_FILE,
      "missing",
      "The weights are missing.",
      "Add the file from where the model is.",
    );
  throw new ModelFileError(
    WEIGHTS_FILE,
    "unsupported",
    `There are no weights in safetensors; ${other} is of another format, which may run code when opened.`,
    "Choose a repository or revision with model.safetensors, or save the model anew in that format.",
  );
}

/** Layer normalisations of early models have a `gamma` and a `beta`, which are called `weight` and `bias` now. */
function withCurrentNames(weights: Weights): Weights {
  const stored = new Map(weights.names.map((name) => [currentName(name), name]));
  const storedName = (name: string): string => stored.get(name) ?? name;
  return {
    names: [...stored.keys()],
    bytes: weights.bytes,
    entry: (name) => weights.entry(storedName(name)),
    floats: (name) => weights.floats(storedName(name)),
  };
}

const currentName = (name: string): string =>
  name.replace(
    /(LayerNorm\.)(gamma|beta)$/,
    (_, norm: string, old: string) => norm + (old === "gamma" ? "weight" : "bias"),
  );
