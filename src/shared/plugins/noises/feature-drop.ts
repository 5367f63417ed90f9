import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const featureDrop = defineNoise({
  id: "feature-drop",
  label: "Feature drop",
  summary: "Empties each cell with the given probability: a number becomes its training mean, a category none at all.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    probability: z.number().min(0).max(0.9).default(0.1).meta({ title: "Probability", step: 0.01 }),
  }),
  fits: { input: ["table"] },
});
