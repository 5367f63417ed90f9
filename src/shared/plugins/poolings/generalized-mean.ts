import { z } from "zod";
import { definePooling } from "./pooling-card.ts";

export const generalizedMean = definePooling({
  id: "generalized-mean",
  label: "Generalized mean",
  summary: "The p-th root of the average p-th power (GeM): the mean at p = 1, towards the max for large p.",
  parameters: z.strictObject({
    p: z.number().min(0.1).max(50).default(3).meta({ title: "Power p", step: 0.1 }),
  }),
  convex: false,
  refused: {
    logits: "logits can be negative, and a power mean takes no negative numbers",
    features: "features can be negative, and a power mean takes no negative numbers",
  },
});
