import { z } from "zod";
import { definePooling } from "./pooling-card.ts";

export const logMeanExp = definePooling({
  id: "log-mean-exp",
  label: "Log-mean-exp",
  summary: "A smooth step from mean (small t) to max (large t).",
  parameters: z.strictObject({
    t: z.number().min(0.01).max(100).default(1).meta({ title: "Sharpness t", step: 0.1 }),
  }),
  convex: false,
});
