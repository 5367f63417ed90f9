import { z } from "zod";
import type { Card } from "../card.ts";

export const binaryCrossEntropy = {
  id: "binary-cross-entropy",
  label: "Binary cross-entropy",
  summary: "One yes-or-no question a class, each with a sigmoid of its own; the mean over the classes.",
  parameters: z.strictObject({}),
} as const satisfies Card;
