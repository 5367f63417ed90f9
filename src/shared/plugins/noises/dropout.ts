import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const dropout = defineNoise({
  id: "dropout",
  label: "Dropout",
  summary: "Sets activations to zero with the given probability and scales up the rest, one mask per repeat.",
  parameters: z.strictObject({
    site: z.enum(["hidden", "features"]).default("features").meta({ title: "At" }),
    rate: z.number().min(0).max(0.95).default(0.2).meta({ title: "Rate", step: 0.05 }),
    layers: z
      .array(z.int().min(1).max(64))
      .max(8)
      .default([])
      .meta({ title: "Hidden layers", description: "Numbered from 1 upwards, the head's last.", empty: "all" }),
  }),
  fits: { hidden: ["table", "text", "image"], features: ["table", "text", "image"] },
});
