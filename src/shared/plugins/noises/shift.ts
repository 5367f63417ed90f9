import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const shift = defineNoise({
  id: "shift",
  label: "Shift",
  summary: "Moves the image sideways and up or down by up to a share of its size; what enters is black.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    fraction: z.number().min(0).max(0.5).default(0.1).meta({ title: "At most, share of the size", step: 0.01 }),
  }),
  fits: { input: ["image"] },
});
