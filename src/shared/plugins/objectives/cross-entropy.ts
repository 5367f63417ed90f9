import { z } from "zod";
import type { Card } from "../card.ts";

export const crossEntropy = {
  id: "cross-entropy",
  label: "Cross-entropy",
  summary: "Minus the logarithm of the probability given to the true class.",
  parameters: z.strictObject({}),
} as const satisfies Card;
