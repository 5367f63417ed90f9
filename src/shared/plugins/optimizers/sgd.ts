import { z } from "zod";
import type { Card } from "../card.ts";
import { beta, learningRate } from "./fields.ts";

export const sgd = {
  id: "sgd",
  label: "SGD with momentum",
  summary: "Follows a decaying sum of past gradients.",
  parameters: z.strictObject({ learningRate: learningRate(0.01), momentum: beta("Momentum", 0.9) }),
} as const satisfies Card;
