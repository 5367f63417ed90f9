import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const crop = defineNoise({
  id: "crop",
  label: "Crop",
  summary: "Cuts out a random square part of at least the given share of the side and stretches it to full size.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    minScale: z.number().min(0.2).max(1).default(0.8).meta({ title: "At least, share of the side", step: 0.05 }),
  }),
  fits: { input: ["image"] },
});
