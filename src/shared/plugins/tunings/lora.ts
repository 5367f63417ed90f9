import { z } from "zod";
import type { Card } from "../card.ts";

/** The dense layers that LoRA adds to. */
export const LORA_PROJECTIONS = ["query-value", "attention", "all"] as const;

export const lora = {
  id: "lora",
  label: "LoRA",
  summary: "Adds a product of two thin matrices to chosen weights; afterwards it can be merged into them.",
  parameters: z.strictObject({
    rank: z.int().min(1).max(256).default(8).meta({ title: "Rank" }),
    alpha: z
      .number()
      .positive()
      .max(1024)
      .default(16)
      .meta({ title: "Alpha", description: "What is added is multiplied by alpha / rank.", step: 1 }),
    dropout: z.number().min(0).lt(1).default(0).meta({
      title: "Dropout",
      description: "Of what enters the thin matrices; another mask in each repeat.",
      step: 0.05,
    }),
    projections: z
      .enum(LORA_PROJECTIONS)
      .default("query-value")
      .meta({ title: "Projections", description: "The weights that it adds to." }),
  }),
} as const satisfies Card;
