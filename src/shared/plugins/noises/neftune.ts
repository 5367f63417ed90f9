import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const neftune = defineNoise({
  id: "neftune",
  label: "NEFTune",
  summary: "Adds uniform noise to the token embeddings, the weaker the longer the text.",
  parameters: z.strictObject({
    site: z.literal("token-embedding").default("token-embedding").meta({ title: "At" }),
    alpha: z.number().min(0).max(1000).default(5).meta({ title: "Alpha", step: 1 }),
  }),
  fits: { "token-embedding": ["text"] },
});
