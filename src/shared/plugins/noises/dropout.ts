import { z } from "zod";
import { hiddenLayers } from "./fields.ts";
import { defineNoise } from "./noise-card.ts";

export const dropout = defineNoise({
  id: "dropout",
  label: "Dropout",
  summary: "Sets activations to zero with the given probability and scales up the rest, one mask per repeat.",
  parameters: z.strictObject({
    site: z.enum(["hidden", "features"]).default("features").meta({ title: "At" }),
    rate: z.number().min(0).max(0.95).default(0.2).meta({ title: "Rate", step: 0.05 }),
    layers: hiddenLayers(),
  }),
  fits: { hidden: ["table", "text", "image"], features: ["table", "text", "image"] },
});
