import { ModelFileError } from "../../errors.ts";
import { isReadable } from "../../safetensors/element-types.ts";
import { unreadableType, type Weights } from "../../safetensors/weights.ts";
import type { Family, TransformerConfig } from "../config.ts";
import { CONFIG_FILE, type FileConfig } from "./common-fields.ts";

/** Names behind the prefix: a tensor that every model of the family has, and what those of layer i begin with. */
interface Naming {
  readonly first: string;
  readonly layer: string;
  /** The table of a text model's positions. */
  readonly positions: string;
}

const BERT: Naming = {
  first: "embeddings.word_embeddings.weight",
  layer: "encoder.layer.",
  positions: "embeddings.position_embeddings.weight",
};
const VIT: Naming = {
  ...BERT,
  first: "embeddings.patch_embeddings.projection.weight",
};
const NAMING: Readonly<Record<Family, Naming>> = {
  bert: BERT,
  roberta: BERT,
  distilbert: { ...BERT, layer: "transformer.layer." },
  gpt2: { first: "wte.weight", layer: "h.", positions: "wpe.weight" },
  vit: VIT,
  deit: VIT,
  dinov2: VIT,
};

/**
 * Completes a configuration by the tensors that there are: what their names begin with, whether BERT's pooler was
 * saved (where it was not, the first token counts as it is), whether DeiT has its distillation token.
 * @throws ModelFileError where tensors of another model lie beside config.json
 */
export function matchTensors(config: FileConfig, weights: Weights, file: string): TransformerConfig {
  const prefix = findPrefix(config.family, weights.names, file);
  const has = (name: string): boolean => weights.entry(prefix + name) !== null;
  checkTypes(weights, prefix, file);
  checkLayers(config, weights, prefix, file);
  checkTables(config, weights, prefix, file);
  const pooling = config.pooling === "cls-tanh" && !has("pooler.dense.weight") ? "cls" : config.pooling;
  const { input } = config;
  if (input.modality === "text" || has("embeddings.distillation_token")) return { ...config, pooling, prefix };
  return { ...config, pooling, prefix, input: { ...input, prefixTokens: 1 } };
}

function findPrefix(family: Family, names: readonly string[], file: string): string {
  const { first } = NAMING[family];
  const prefixes = names
    .filter((name) => name === first || name.endsWith(`.${first}`))
    .map((name) => name.slice(0, -first.length));
  const [prefix, other] = prefixes;
  if (prefix === undefined) {
    const message = `There is no tensor "${first}", which every model of the family ${family} has.`;
    throw contradiction(file, "missing", message);
  }
  if (other === undefined) return prefix;
  const message = `There are two models in it, "${prefix}" and "${other}".`;
  throw new ModelFileError(file, "unsupported", message, "Choose a model with one encoder.");
}

/** Masks are stored in types that are not read, and not needed. */
function checkTypes({ names, entry }: Weights, prefix: string, file: string): void {
  for (const name of names.filter((name) => name.startsWith(prefix))) {
    const dtype = entry(name)?.dtype ?? "";
    if (!isReadable(dtype) && dtype !== "BOOL") unreadableType(file, name, dtype);
  }
}

function checkLayers({ family, layers }: FileConfig, { names }: Weights, prefix: string, file: string): void {
  const stem = prefix + NAMING[family].layer;
  const found = new Set(
    names.filter((name) => name.startsWith(stem)).map((name) => parseInt(name.slice(stem.length), 10)),
  );
  for (let layer = 0; layer < layers; layer++)
    if (!found.has(layer))
      throw contradiction(
        file,
        "missing",
        `There are no tensors "${stem}${layer}.*", but config.json says ${layers} layers.`,
      );
}

/** Embeddings and positions must be as large as config.json says. */
function checkTables({ family, hidden, input }: FileConfig, weights: Weights, prefix: string, file: string): void {
  const { first, positions } = NAMING[family];
  const expect = (name: string, shape: readonly number[]): void => {
    const found = weights.entry(prefix + name)?.shape;
    if (found?.join() === shape.join()) return;
    const message = `The tensor "${prefix}${name}" has the shape [${found?.join(", ")}], config.json says [${shape.join(", ")}].`;
    throw contradiction(
      file,
      found ? "damaged" : "missing",
      found ? message : `There is no tensor "${prefix}${name}".`,
    );
  };
  if (input.modality === "image") {
    expect(first, [hidden, input.channels, input.patch, input.patch]);
  } else {
    expect(first, [input.vocabulary, hidden]);
    expect(positions, [input.positions, hidden]);
  }
}

const contradiction = (file: string, fault: "missing" | "damaged", message: string): ModelFileError =>
  new ModelFileError(file, fault, message, `Check that it and ${CONFIG_FILE} belong to the same model.`);
