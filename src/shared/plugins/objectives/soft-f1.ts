import { z } from "zod";
import type { Card } from "../card.ts";

export const softF1 = {
  id: "soft-f1",
  label: "Soft macro F1",
  summary: "One minus the mean F1 of the classes in a batch, counted in probabilities; wants large batches.",
  parameters: z.strictObject({}),
} as const satisfies Card;
