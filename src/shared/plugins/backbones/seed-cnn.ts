import { z } from "zod";
import { defineBackbone } from "./backbone-card.ts";

export const seedCnn = defineBackbone({
  id: "seed-cnn",
  label: "Small CNN",
  summary: "Two 3x3 convolutions with max-pooling and one dense layer, trained from scratch: the original example.",
  parameters: z.strictObject({
    channels1: z.int().min(1).max(256).default(64).meta({ title: "Channels, first convolution" }),
    channels2: z.int().min(1).max(512).default(128).meta({ title: "Channels, second convolution" }),
    dense: z.int().min(1).max(2048).default(256).meta({ title: "Dense width" }),
  }),
  modalities: ["image"],
  tunings: ["full"],
  pretrained: null,
});
