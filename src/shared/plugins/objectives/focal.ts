import { z } from "zod";
import type { Card } from "../card.ts";

export const focal = {
  id: "focal",
  label: "Focal",
  summary: "Cross-entropy that cares less for what is already right.",
  parameters: z.strictObject({
    gamma: z.number().min(0).max(5).default(2).meta({
      title: "Focus gamma",
      description: "0 is cross-entropy; the larger, the less easy items count.",
      step: 0.1,
    }),
  }),
} as const satisfies Card;
