import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const mixup = defineNoise({
  id: "mixup",
  label: "Mixup",
  summary:
    "Mixes each sample and its target with another of the batch, in shares drawn from Beta(alpha, alpha); only while training.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    alpha: z
      .number()
      .min(0.05)
      .max(32)
      .default(0.2)
      .meta({ title: "Alpha", description: "Small: nearly one of the two. 1: every share alike.", step: 0.05 }),
  }),
  fits: { input: ["table", "image"] },
  mixesSamples: true,
});
