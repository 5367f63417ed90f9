import { isJunk, normalPath } from "../data/images/archive.ts";
import { ModelFileError } from "../errors.ts";

/** Where a model came from. */
export interface ModelOrigin {
  /** `owner/name` of a repository, or the name of a folder. */
  readonly id: string;
  /** The commit where it is known, else the branch or tag; null for files of the user's. */
  readonly revision: string | null;
}

/** The files of one pretrained model, in the layout that repositories of models have. */
export interface ModelFiles {
  readonly origin: ModelOrigin;
  /** Paths within the model, such as `config.json` and `1_Pooling/config.json`. */
  readonly names: readonly string[];
  /** Bytes of a file, or null where there is none of this name. */
  size(name: string): number | null;
  /** A file's content, not read yet, or null where there is none of this name. */
  open(name: string): Promise<Blob | null>;
}

/** What marks the folder of a model. */
const CONFIG = "config.json";

/**
 * The files of a model that a user dropped or picked, by their paths. They may lie in one folder, or in a folder of a
 * folder; where several folders hold a model, the uppermost counts, and two beside each other are refused.
 * @throws ModelFileError where there is no config.json, or more than one model
 */
export function filesOf(dropped: Iterable<readonly [string, Blob]>, origin?: ModelOrigin): ModelFiles {
  const byPath = new Map<string, Blob>();
  for (const [path, blob] of dropped) {
    const normal = normalPath(path);
    if (normal !== "" && !isJunk(normal)) byPath.set(normal, blob);
  }
  const folder = modelFolder([...byPath.keys()]);
  const within = new Map(
    [...byPath].flatMap(([path, blob]) =>
      path.startsWith(folder) ? [[path.slice(folder.length), blob] as const] : [],
    ),
  );
  return {
    origin: origin ?? { id: folder.split("/").at(-2) ?? "model", revision: null },
    names: [...within.keys()],
    size: (name) => within.get(name)?.size ?? null,
    open: async (name) => within.get(name) ?? null,
  };
}

/** The folder that holds the model, "" or ending in "/". */
function modelFolder(paths: readonly string[]): string {
  const folders = paths
    .filter((path) => path === CONFIG || path.endsWith(`/${CONFIG}`))
    .map((path) => path.slice(0, -CONFIG.length))
    .sort((a, b) => depthOf(a) - depthOf(b));
  const [uppermost, next] = folders;
  if (uppermost === undefined) return noConfig(paths);
  if (next === undefined || depthOf(next) > depthOf(uppermost)) return uppermost;
  const message = `There is a model in ${uppermost} and another in ${next}.`;
  throw new ModelFileError(CONFIG, "damaged", message, "Open the folder of one model.");
}

const depthOf = (folder: string): number => folder.split("/").length;

function noConfig(paths: readonly string[]): never {
  const adapter = paths.find((path) => path.endsWith("adapter_config.json"));
  if (adapter !== undefined)
    throw new ModelFileError(
      adapter,
      "unsupported",
      "This is an adapter, which holds only what it changes in another model.",
      "Open the model that its base_model_name_or_path names.",
    );
  throw new ModelFileError(
    CONFIG,
    "missing",
    paths.length === 0 ? "There are no files." : `It is not among the ${paths.length} files.`,
    "Open all files of a model: config.json, model.safetensors, and tokenizer.json or preprocessor_config.json.",
  );
}
