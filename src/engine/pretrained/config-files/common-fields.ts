import { z } from "zod";
import { ModelFileError } from "../../errors.ts";
import type { TransformerConfig } from "../config.ts";

export const CONFIG_FILE = "config.json";

/** What a model's JSON files say of it; the names of its tensors say the rest. */
export type FileConfig = Omit<TransformerConfig, "prefix">;

/** A count within what any model has. */
export const count = (max: number) => z.int().min(1).max(max);
/** Where a field is left out or null, the value that its family's class gives it in the reference implementation. */
export const orElse = <T extends z.ZodType>(schema: T, value: z.input<T>) =>
  z.preprocess((given) => given ?? value, schema);

export const width = count(1 << 16);
export const depth = count(1_000);
export const epsilon = z.number().positive().max(0.1);
export const isFalse = orElse(z.literal(false), false);

/** What every family may say, and must not. */
export const COMMON = {
  is_encoder_decoder: isFalse,
  quantization_config: z.literal(null).nullish(),
  pruned_heads: z.record(z.string(), z.never({ error: "pruned heads are not supported" })).nullish(),
};

/** Names of activations in config.json, by what they compute. */
const ACTIVATIONS = {
  gelu: "gelu",
  gelu_python: "gelu",
  gelu_new: "gelu-tanh",
  gelu_fast: "gelu-tanh",
  gelu_pytorch_tanh: "gelu-tanh",
  gelu_python_tanh: "gelu-tanh",
  relu: "relu",
} as const satisfies Record<string, TransformerConfig["activation"]>;
type ActivationName = keyof typeof ACTIVATIONS;

export const activation = z
  .enum(Object.keys(ACTIVATIONS) as [ActivationName, ...ActivationName[]])
  .transform((name) => ACTIVATIONS[name]);

/** @throws ModelFileError where the width cannot be divided among the heads */
export function checkHeads(hidden: number, heads: number, fields: readonly [string, string]): void {
  if (hidden % heads === 0) return;
  const message = `"${fields[0]}" is ${hidden}, which "${fields[1]}", ${heads}, does not divide.`;
  throw new ModelFileError(CONFIG_FILE, "damaged", message, "Get the file again, or correct it.");
}
