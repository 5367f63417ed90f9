import { z } from "zod";
import type { Card } from "../card.ts";

export const prefix = {
  id: "prefix",
  label: "Prefix",
  summary: "Trains keys and values that every token attends to beside the text's or the image's own, in each layer.",
  parameters: z.strictObject({
    tokens: z.int().min(1).max(256).default(16).meta({ title: "Virtual tokens" }),
  }),
} as const satisfies Card;
