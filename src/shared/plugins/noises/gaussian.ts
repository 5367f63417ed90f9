import { z } from "zod";
import { hiddenLayers } from "./fields.ts";
import { defineNoise } from "./noise-card.ts";

export const gaussian = defineNoise({
  id: "gaussian",
  label: "Gaussian",
  summary: "Adds normal noise; in a table it is scaled by each feature's standard deviation.",
  parameters: z.strictObject({
    site: z.enum(["input", "token-embedding", "hidden", "features"]).default("input").meta({ title: "At" }),
    stdDev: z.number().min(0).max(10).default(0.1).meta({ title: "Standard deviation", step: 0.01 }),
    layers: hiddenLayers(),
  }),
  fits: {
    input: ["table", "image"],
    "token-embedding": ["text"],
    hidden: ["table", "text", "image"],
    features: ["table", "text", "image"],
  },
});
