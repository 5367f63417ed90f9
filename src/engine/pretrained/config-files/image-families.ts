import { z } from "zod";
import { ModelFileError } from "../../errors.ts";
import type { Family, ImageInput } from "../config.ts";
import {
  activation,
  COMMON,
  CONFIG_FILE,
  checkHeads,
  count,
  depth,
  epsilon,
  type FileConfig,
  isFalse,
  orElse,
  width,
} from "./common-fields.ts";
import { checkFields, unsupportedField } from "./json-file.ts";

export const PREPROCESSOR_FILE = "preprocessor_config.json";

const side = count(1 << 14);
/** One number, or height and width. */
const square = z.union([side, z.tuple([side, side])]);

const encoder = (defaults: { epsilon: number; patch: number }) => ({
  ...COMMON,
  hidden_size: orElse(width, 768),
  num_hidden_layers: orElse(depth, 12),
  num_attention_heads: orElse(width, 12),
  hidden_act: orElse(activation, "gelu"),
  layer_norm_eps: orElse(epsilon, defaults.epsilon),
  image_size: orElse(square, 224),
  patch_size: orElse(square, defaults.patch),
  num_channels: orElse(count(64), 3),
  qkv_bias: orElse(z.literal(true), true),
});

const VIT = z.object({ ...encoder({ epsilon: 1e-12, patch: 16 }), intermediate_size: orElse(width, 3072) });
const DINOV2 = z.object({
  ...encoder({ epsilon: 1e-6, patch: 14 }),
  mlp_ratio: orElse(z.number().positive().max(64), 4),
  use_swiglu_ffn: isFalse,
});

/** ViT (2010.11929), read in the size that its positions were trained for. */
export function readVit(json: object, preprocessor: object): FileConfig {
  const fields = checkFields(VIT, json, CONFIG_FILE);
  return { ...imageShape(fields, fields.intermediate_size, preprocessor), family: "vit" };
}

/** DeiT (2012.12877), whose distillation token stands behind the class token. */
export function readDeit(json: object, preprocessor: object): FileConfig {
  const fields = checkFields(VIT, json, CONFIG_FILE);
  const { input, ...shape } = imageShape(fields, fields.intermediate_size, preprocessor);
  return { ...shape, family: "deit", input: { ...input, prefixTokens: 2 } };
}

/**
 * DINOv2 (2304.07193), read in the size that its preprocessor crops to: it was trained to have its positions
 * interpolated, so `side` need not be the `image_size` that its position table was made for.
 */
export function readDinov2(json: object, preprocessor: object): FileConfig {
  const fields = checkFields(DINOV2, json, CONFIG_FILE);
  const intermediate = Math.floor(fields.hidden_size * fields.mlp_ratio);
  const image_size = croppedSide(preprocessor) ?? fields.image_size;
  return { ...imageShape({ ...fields, image_size }, intermediate, preprocessor), family: "dinov2" };
}

interface ImageShape extends Omit<FileConfig, "family" | "input"> {
  readonly input: ImageInput;
}

function imageShape(
  fields: Omit<z.output<typeof VIT>, "intermediate_size">,
  intermediate: number,
  preprocessor: object,
): ImageShape {
  checkHeads(fields.hidden_size, fields.num_attention_heads, ["hidden_size", "num_attention_heads"]);
  const side = sideOf("image_size", fields.image_size);
  const patch = sideOf("patch_size", fields.patch_size);
  if (side % patch !== 0) {
    const message = `Images of ${side} pixels are not a whole number of patches of ${patch}.`;
    throw new ModelFileError(CONFIG_FILE, "unsupported", message, 'Change "image_size" or "patch_size".');
  }
  return {
    hidden: fields.hidden_size,
    layers: fields.num_hidden_layers,
    heads: fields.num_attention_heads,
    intermediate,
    activation: fields.hidden_act,
    layerNormEpsilon: fields.layer_norm_eps,
    pooling: "cls",
    normalize: false,
    input: {
      modality: "image",
      side,
      patch,
      channels: fields.num_channels,
      ...normalisation(preprocessor, fields.num_channels),
      prefixTokens: 1,
    },
  };
}

function sideOf(field: string, value: z.output<typeof square>): number {
  if (typeof value === "number") return value;
  return value[0] === value[1] ? value[0] : unsupportedField(CONFIG_FILE, field, value, ["a square"]);
}

const perChannel = z.union([z.number(), z.array(z.number())]);
const PREPROCESSOR = z.object({
  do_rescale: orElse(z.literal(true), true),
  rescale_factor: orElse(z.number(), 1 / 255),
  do_normalize: orElse(z.boolean(), true),
  image_mean: perChannel.nullish(),
  image_std: perChannel.nullish(),
});

/** Mean and standard deviation of each channel, for values in [0, 1]. */
function normalisation(preprocessor: object, channels: number): Pick<ImageInput, "mean" | "sd"> {
  const fields = checkFields(PREPROCESSOR, preprocessor, PREPROCESSOR_FILE);
  if (Math.abs(fields.rescale_factor * 255 - 1) > 1e-3)
    unsupportedField(PREPROCESSOR_FILE, "rescale_factor", fields.rescale_factor, [1 / 255]);
  if (!fields.do_normalize) return { mean: Array(channels).fill(0), sd: Array(channels).fill(1) };
  return {
    mean: ofChannels("image_mean", fields.image_mean, channels),
    sd: ofChannels("image_std", fields.image_std, channels, (sd) => sd > 0),
  };
}

function ofChannels(
  field: string,
  value: number | readonly number[] | null | undefined,
  channels: number,
  fits: (value: number) => boolean = () => true,
): readonly number[] {
  const values = typeof value === "number" ? Array<number>(channels).fill(value) : (value ?? []);
  if (values.length === channels && values.every(fits)) return values;
  const message = `"${field}" is ${JSON.stringify(value) ?? "not set"}; the model needs ${channels} numbers.`;
  throw new ModelFileError(PREPROCESSOR_FILE, "damaged", message, "Get the file again, or correct it.");
}

const extent = z.union([
  side,
  z.object({ height: side, width: side }).transform(({ height, width }) => (height === width ? height : null)),
  z.object({ shortest_edge: side }).transform(({ shortest_edge }) => shortest_edge),
]);
const CROP = z.object({
  do_center_crop: orElse(z.boolean(), true),
  crop_size: extent.nullish(),
  size: extent.nullish(),
});

function croppedSide(preprocessor: object): number | null {
  const { do_center_crop: crops, crop_size: crop, size } = checkFields(CROP, preprocessor, PREPROCESSOR_FILE);
  return (crops ? (crop ?? size) : size) ?? null;
}

/** Families that read images. */
export const isImageFamily = (family: Family): family is "vit" | "deit" | "dinov2" =>
  family === "vit" || family === "deit" || family === "dinov2";
