import { z } from "zod";
import { defineBackbone } from "./backbone-card.ts";

/** Tokens of the longest text that is read. */
export const TOKENS = { min: 4, max: 512 } as const;

export const transformer = defineBackbone({
  id: "transformer",
  label: "Transformer by name or folder",
  summary:
    "A pretrained BERT, MiniLM, DistilBERT, RoBERTa or GPT-2 for text, or a ViT, DeiT or DINOv2 for images, that you choose.",
  parameters: z.strictObject({
    /** `owner/name` of a repository, or the name of a folder. */
    source: z.string().min(1).max(200).default("sentence-transformers/all-MiniLM-L6-v2"),
    /** Branch, tag or commit; `folder` for a folder. */
    revision: z.string().min(1).max(100).default("main"),
    maxTokens: z
      .int()
      .min(TOKENS.min)
      .max(TOKENS.max)
      .default(128)
      .meta({ title: "Longest text, tokens", description: "What lies behind is not read.", step: 4 }),
  }),
  modalities: ["text", "image"],
  tunings: ["head-only", "lora", "last-n", "adapters", "prefix", "bitfit", "layer-norm", "full"],
  pretrained: "by-name",
});

/** Small models of good repute, under licences that allow every use: what the choice starts with. */
export const FIRST_TRANSFORMER = {
  text: "sentence-transformers/all-MiniLM-L6-v2",
  image: "facebook/deit-tiny-patch16-224",
} as const;
