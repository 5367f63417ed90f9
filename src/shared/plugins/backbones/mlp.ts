import { z } from "zod";
import { defineBackbone } from "./backbone-card.ts";

/** Widths of hidden layers, as backbones and heads take them. */
export const hiddenWidths = (value: number[]) =>
  z.array(z.int().min(1).max(4096)).max(8).default(value).meta({ title: "Hidden layers" });

export const mlp = defineBackbone({
  id: "mlp",
  label: "MLP",
  summary: "Fully connected layers with ReLU, trained from scratch; for tables and small images.",
  parameters: z.strictObject({ hidden: hiddenWidths([64]) }),
  modalities: ["table", "image"],
  tunings: ["full"],
  pretrained: null,
});
