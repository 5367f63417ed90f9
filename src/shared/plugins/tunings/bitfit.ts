import { z } from "zod";
import type { Card } from "../card.ts";

export const bitfit = {
  id: "bitfit",
  label: "BitFit",
  summary: "Only the biases are trained, about one weight in a thousand.",
  parameters: z.strictObject({}),
} as const satisfies Card;
