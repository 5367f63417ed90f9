import { z } from "zod";
import { ModelFileError } from "../errors.ts";
import type { TensorEntry } from "./header.ts";
import { missingTensor, openSafetensors, type Weights } from "./weights.ts";

const INDEX = z.object({ weight_map: z.record(z.string(), z.string()) });
/** Shards lie beside their index. */
const SHARD_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}\.safetensors$/;

/**
 * The files that an index names, each once, in its order.
 * @param index the parsed JSON of `model.safetensors.index.json`
 * @throws ModelFileError where it is no index, or names anything but safetensors files beside it
 */
export function shardNames(index: unknown, file: string): string[] {
  return [...new Set(Object.values(readWeightMap(index, file)))];
}

/**
 * Opens weights that are spread over several files.
 * @param open gives a file beside the index, or null where there is none
 * @throws ModelFileError naming the file that is missing, damaged or lacks a tensor that the index promises
 */
export async function openSharded(
  index: unknown,
  file: string,
  open: (name: string) => Promise<Blob | null>,
): Promise<Weights> {
  const weightMap = readWeightMap(index, file);
  const shards = new Map<string, Weights>();
  for (const shard of shardNames(index, file)) {
    const blob = await open(shard);
    if (!blob) {
      const action = "Add this file, which holds a part of the weights.";
      throw new ModelFileError(shard, "missing", `The file is missing that ${file} names.`, action);
    }
    shards.set(shard, await openSafetensors(blob, shard));
  }
  const holder = new Map<string, Weights>();
  for (const [name, shard] of Object.entries(weightMap)) {
    const weights = shards.get(shard);
    if (weights?.entry(name)) holder.set(name, weights);
    else missingTensor(shard, name);
  }
  return {
    names: [...holder.keys()],
    bytes: [...shards.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    entry: (name): TensorEntry | null => holder.get(name)?.entry(name) ?? null,
    floats: async (name) => (holder.get(name) ?? missingTensor(file, name)).floats(name),
  };
}

function readWeightMap(index: unknown, file: string): Record<string, string> {
  const parsed = INDEX.safeParse(index);
  if (!parsed.success) {
    const action = "Get the file again.";
    throw new ModelFileError(file, "damaged", 'It has no "weight_map" from tensor to file names.', action);
  }
  const { weight_map: weightMap } = parsed.data;
  const odd = Object.values(weightMap).find((name) => !SHARD_NAME.test(name));
  if (odd === undefined) return weightMap;
  const message = `"weight_map" names the file ${JSON.stringify(odd.slice(0, 80))}; only safetensors files beside it may be named.`;
  throw new ModelFileError(file, "damaged", message, "Get the model from where it was published.");
}
