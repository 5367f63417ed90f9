import { z } from "zod";
import type { Card } from "../card.ts";

export const layerNorm = {
  id: "layer-norm",
  label: "Layer norms",
  summary: "Only the scales and biases of the layer norms are trained.",
  parameters: z.strictObject({}),
} as const satisfies Card;
