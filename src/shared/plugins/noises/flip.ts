import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const flip = defineNoise({
  id: "flip",
  label: "Flip",
  summary: "Mirrors the image left to right with the given probability.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    probability: z.number().min(0).max(1).default(0.5).meta({ title: "Probability", step: 0.05 }),
  }),
  fits: { input: ["image"] },
});
