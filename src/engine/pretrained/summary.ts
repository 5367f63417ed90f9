import type { ModelName, PretrainedSummary } from "../../shared/pretrained.ts";
import { numTokens, parameterShapes } from "../models/transformer/shapes.ts";
import type { Family } from "./config.ts";
import type { FileConfig } from "./config-files/common-fields.ts";
import type { ModelCard } from "./model-card.ts";

const FAMILY_NAMES: Readonly<Record<Family, string>> = {
  bert: "BERT",
  distilbert: "DistilBERT",
  roberta: "RoBERTa",
  gpt2: "GPT-2",
  vit: "ViT",
  deit: "DeiT",
  dinov2: "DINOv2",
};

/** What is known of a model before its weights are read. */
export interface Described extends ModelName, ModelCard {
  readonly commit: string | null;
  readonly config: FileConfig;
  readonly bytes: number;
}

/** A model as people and estimates want to know it. */
export function summaryOf({
  source,
  revision,
  commit,
  config,
  licence,
  languages,
  bytes,
}: Described): PretrainedSummary {
  const { family, layers, hidden, heads, intermediate, input, pooling } = config;
  const whole = { ...config, prefix: "" };
  const shapes = Object.values(parameterShapes(whole));
  return {
    source,
    revision,
    commit,
    family: FAMILY_NAMES[family],
    modality: input.modality,
    sizes: { layers, hidden, heads, intermediate, vocabulary: input.modality === "text" ? input.vocabulary : 0 },
    tokens: numTokens(whole),
    side: input.modality === "image" ? input.side : null,
    pooling,
    parameters: shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0),
    bytes,
    licence,
    languages: [...languages],
  };
}
