import { z } from "zod";
import type { Card } from "../card.ts";
import { beta, learningRate } from "./fields.ts";

export const adam = {
  id: "adam",
  label: "Adam",
  summary: "Scales each parameter's step by the running size of its gradient.",
  parameters: z.strictObject({
    learningRate: learningRate(0.003),
    beta1: beta("β₁", 0.9),
    beta2: beta("β₂", 0.999),
  }),
} as const satisfies Card;
