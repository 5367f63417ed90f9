import { z } from "zod";
import type { Card } from "../card.ts";
import { beta, learningRate, weightDecay } from "./fields.ts";

export const adamw = {
  id: "adamw",
  label: "AdamW",
  summary: "Adam with weight decay applied to the weights themselves, not through the gradient.",
  parameters: z.strictObject({
    learningRate: learningRate(0.003),
    beta1: beta("β₁", 0.9),
    beta2: beta("β₂", 0.999),
    weightDecay: weightDecay(0.01),
  }),
} as const satisfies Card;
