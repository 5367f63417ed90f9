import { z } from "zod";
import type { Card } from "../card.ts";
import { weight } from "./fields.ts";

export const logitVariance = {
  id: "logit-variance",
  label: "Variance of the logits",
  summary: "How far the logits of a sample's repeats scatter round their mean.",
  parameters: z.strictObject({ weight: weight() }),
} as const satisfies Card;
