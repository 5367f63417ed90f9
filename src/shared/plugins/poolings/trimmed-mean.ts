import { z } from "zod";
import { definePooling } from "./pooling-card.ts";

export const trimmedMean = definePooling({
  id: "trimmed-mean",
  label: "Trimmed mean",
  summary: "The average without the most extreme repeats at either end, entry by entry.",
  parameters: z.strictObject({
    share: z.number().min(0).max(0.45).default(0.2).meta({ title: "Left out at either end, share of K", step: 0.05 }),
  }),
  convex: false,
});
