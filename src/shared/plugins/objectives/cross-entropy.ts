import { z } from "zod";
import type { Card } from "../card.ts";

export const crossEntropy = {
  id: "cross-entropy",
  label: "Cross-entropy",
  summary: "Minus the logarithm of the probability given to the true class.",
  parameters: z.strictObject({
    labelSmoothing: z.number().min(0).lt(1).default(0).meta({
      title: "Label smoothing",
      description: "This share of the target is spread over all classes.",
      step: 0.01,
    }),
    classWeights: z.enum(["none", "balanced"]).default("none").meta({
      title: "Class weights",
      description: "Balanced: rare classes of the training set weigh more, n / (C n_c).",
    }),
  }),
} as const satisfies Card;
