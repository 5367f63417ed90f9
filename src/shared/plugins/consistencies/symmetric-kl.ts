import { z } from "zod";
import type { Card } from "../card.ts";
import { weight } from "./fields.ts";

export const symmetricKl = {
  id: "symmetric-kl",
  label: "Symmetric KL (R-Drop)",
  summary: "How far the probabilities of each two repeats of a sample diverge, on average.",
  parameters: z.strictObject({ weight: weight() }),
} as const satisfies Card;
