import type { TransformerConfig } from "../pretrained/config.ts";
import { readNeededJson } from "../pretrained/config-files/json-file.ts";
import type { ModelFiles } from "../pretrained/files.ts";
import type { WrittenType } from "../safetensors/write.ts";

const FILE = "config.json";
const TYPE_NAMES: Readonly<Record<WrittenType, string>> = { F32: "float32", F16: "float16" };
/** `torch_dtype` before transformers 5. */
const TYPE = /("(?:torch_)?dtype"\s*:\s*)"[^"]*"/g;
const SIDE = /("image_size"\s*:\s*)(?:\d+|\[[^\]]*\])/g;

/**
 * The base's config.json, which changes only where the weights do: in the name of their type, and in the side of images
 * where DINOv2's table of positions was fitted to another. All else stays as it is to the letter: transformers 5 takes no
 * 1 where it wants a 1.0, and JSON that is parsed and written again has lost the difference.
 */
export async function publishedConfig(files: ModelFiles, { input }: TransformerConfig, dtype: WrittenType) {
  const json = (await readNeededJson(files, FILE, "what kind of model it is")) as { image_size?: number | number[] };
  const text = await ((await files.open(FILE)) as Blob).text();
  const typed = text.replace(TYPE, `$1"${TYPE_NAMES[dtype]}"`);
  if (input.modality === "text" || json.image_size === undefined) return typed;
  const { side } = input;
  return [json.image_size].flat().every((each) => each === side) ? typed : typed.replace(SIDE, `$1${side}`);
}
