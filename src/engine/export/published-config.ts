import type { TransformerConfig } from "../pretrained/config.ts";
import { readNeededJson } from "../pretrained/config-files/json-file.ts";
import type { ModelFiles } from "../pretrained/files.ts";
import type { WrittenType } from "../safetensors/write.ts";

const TYPE_NAMES: Readonly<Record<WrittenType, string>> = { F32: "float32", F16: "float16" };

/**
 * The base's config.json, which changes only where the weights do: in the name of their type, and in the side of images
 * where DINOv2's table of positions was fitted to another.
 */
export async function publishedConfig(files: ModelFiles, { input }: TransformerConfig, dtype: WrittenType) {
  const json = (await readNeededJson(files, "config.json", "what kind of model it is")) as Record<string, unknown>;
  const changes: Record<string, unknown> = {};
  // Called `torch_dtype` before transformers 5.
  for (const field of ["dtype", "torch_dtype"]) if (field in json) changes[field] = TYPE_NAMES[dtype];
  if (
    input.modality === "image" &&
    "image_size" in json &&
    [json.image_size].flat().some((side) => side !== input.side)
  )
    changes.image_size = input.side;
  return `${JSON.stringify({ ...json, ...changes }, null, 2)}\n`;
}
