import { z } from "zod";
import type { Card } from "../card.ts";

export const lastN = {
  id: "last-n",
  label: "Last blocks",
  summary: "The last blocks of the backbone and all above them are trained; what lies below stays as it was.",
  parameters: z.strictObject({
    blocks: z.int().min(1).max(48).default(2).meta({ title: "Blocks" }),
  }),
} as const satisfies Card;
