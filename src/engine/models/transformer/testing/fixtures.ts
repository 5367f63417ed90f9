import { readFile } from "node:fs/promises";
import type { Family, TransformerConfig } from "../../../pretrained/config.ts";
import { readSafetensors } from "../../../safetensors/safetensors.ts";
import type { Weights } from "../../../safetensors/weights.ts";
import { type Tensor, tf } from "../../../tf.ts";
import type { HostParam, HostParams, Params } from "../../model.ts";
import { readBackbone } from "../read-backbone.ts";

/** A small random model of a family and what `transformers` computes with it (generate.py). */
export interface FamilyFixture {
  readonly weights: Weights;
  /** A batch: ids [rows, tokens], or images [rows, side, side, channels]. */
  readonly input: HostParam;
  /** [rows, tokens, hidden] */
  readonly hidden: HostParam;
  readonly pooled: readonly { readonly config: TransformerConfig; readonly expected: HostParam }[];
}

export async function familyFixture(family: Family): Promise<FamilyFixture> {
  const bytes = await readFile(new URL(`${family}.safetensors`, import.meta.url));
  const { params, metadata } = readSafetensors(bytes, family);
  const configs = JSON.parse(metadata.configs ?? "[]") as TransformerConfig[];
  const { input, hidden, ...rest } = params;
  const published = Object.entries(rest).filter(([name]) => !name.startsWith("pooled."));
  return {
    weights: weightsOf(Object.fromEntries(published)),
    input: input as HostParam,
    hidden: hidden as HostParam,
    pooled: configs.map((config, i) => ({ config, expected: rest[`pooled.${i}`] as HostParam })),
  };
}

/** Named tensors as a file holds them. */
export const weightsOf = (tensors: HostParams): Weights => ({
  names: Object.keys(tensors),
  bytes: Object.values(tensors).reduce((sum, { values }) => sum + 4 * values.length, 0),
  entry: (name) => (tensors[name] ? { dtype: "F32", shape: tensors[name].shape } : null),
  floats: async (name) => Float32Array.from((tensors[name] as HostParam).values),
});

export const toTensor = ({ values, shape }: HostParam): Tensor => tf.tensor(values, [...shape]);

export const toTensors = (params: HostParams): Params =>
  Object.fromEntries(Object.entries(params).map(([name, each]) => [name, toTensor(each)]));

/** A fixture's first configuration, with its parameters. */
export async function smallModel(family: Family): Promise<{ config: TransformerConfig; params: HostParams }> {
  const { weights, pooled } = await familyFixture(family);
  const config = (pooled[0] as FamilyFixture["pooled"][number]).config;
  return { config, params: await readBackbone(config, weights) };
}
