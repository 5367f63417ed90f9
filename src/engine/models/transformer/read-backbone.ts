import { ModelFileError } from "../../errors.ts";
import type { TransformerConfig } from "../../pretrained/config.ts";
import type { Weights } from "../../safetensors/weights.ts";
import type { HostParam, HostParams } from "../model.ts";
import { earlierName, isIgnored } from "./published-names.ts";
import { publishedWeights } from "./published-weights.ts";
import { parameterShapes } from "./shapes.ts";

const FILE = "model.safetensors";

/**
 * The backbone's parameters under names of our own (`parameterShapes`), out of a published checkpoint. Heads, and the
 * pooler where it is not used, are left; every other tensor inside the backbone must be one that the configuration asks
 * for.
 * @throws ModelFileError naming the tensor that is missing, misshaped or unexpected, with what was expected and what was found
 */
export async function readBackbone(config: TransformerConfig, weights: Weights): Promise<HostParams> {
  const shapes = parameterShapes(config);
  const sources = publishedWeights(config);
  const byTensor = new Map<string, string[]>();
  for (const [name, source] of Object.entries(sources)) {
    const found = findTensor(config, weights, source.name, source.shape);
    byTensor.set(found, [...(byTensor.get(found) ?? []), name]);
  }
  refuseUnexpected(config, weights, new Set(byTensor.keys()));
  const converted = new Map<string, Float32Array>();
  for (const [tensor, names] of byTensor) {
    const values = await weights.floats(tensor);
    for (const name of names) converted.set(name, (sources[name] as Source).convert(values));
  }
  const entries = Object.entries(shapes).map(([name, shape]) => {
    return [name, { shape, values: converted.get(name) as Float32Array }] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Reads one parameter of a backbone at a time, by our name for it, so that no more than one need be in memory.
 * @throws ModelFileError where its tensor is missing or misshaped
 */
export function parameterReader(config: TransformerConfig, weights: Weights): (name: string) => Promise<HostParam> {
  const shapes = parameterShapes(config);
  const sources = publishedWeights(config);
  return async (name) => {
    const source = sources[name] as Source;
    const values = await weights.floats(findTensor(config, weights, source.name, source.shape));
    return { shape: shapes[name] as readonly number[], values: source.convert(values) };
  };
}

const misfit = (message: string): ModelFileError =>
  new ModelFileError(FILE, "damaged", message, "Check that config.json and the weights are of the same model.");

type Source = ReturnType<typeof publishedWeights>[string];

/** The tensor's name in the files. */
function findTensor(
  { prefix }: TransformerConfig,
  weights: Weights,
  published: string,
  shape: readonly number[],
): string {
  const candidates = [published, earlierName(published)].map((name) => `${prefix}${name}`);
  const found = candidates.find((name) => weights.names.includes(name));
  if (found === undefined)
    throw misfit(
      `The weights lack "${candidates[0]}" [${shape.join(", ")}], which the configuration asks for; they hold ${listed(weights.names)}.`,
    );
  const actual = weights.entry(found)?.shape ?? [];
  if (String(actual) !== String(shape))
    throw misfit(
      `The tensor "${found}" is [${actual.join(", ")}], but the configuration asks for [${shape.join(", ")}].`,
    );
  return found;
}

/** What lies beside the tensors that are read must be a head or a buffer, no part of the backbone. */
function refuseUnexpected({ family, prefix }: TransformerConfig, { names }: Weights, read: ReadonlySet<string>): void {
  const top = (name: string) => name.slice(prefix.length).split(".")[0] as string;
  const modules = new Set([...read].map(top));
  const unexpected = names.find(
    (name) =>
      name.startsWith(prefix) &&
      !read.has(name) &&
      modules.has(top(name)) &&
      !isIgnored(family, name.slice(prefix.length)),
  );
  if (unexpected !== undefined)
    throw misfit(
      `The weights hold "${unexpected}", for which a "${family}" of this configuration has no place: its layers or its kind differ from what config.json says.`,
    );
}

const listed = (names: readonly string[]): string =>
  names.length <= 5
    ? `${names.map((name) => `"${name}"`).join(", ") || "nothing"}`
    : `${names
        .slice(0, 4)
        .map((name) => `"${name}"`)
        .join(", ")} and ${names.length - 4} more`;
