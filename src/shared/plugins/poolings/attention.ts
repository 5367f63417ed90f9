import { z } from "zod";
import { definePooling } from "./pooling-card.ts";

export const attention = definePooling({
  id: "attention",
  label: "Attention",
  summary: "A weighted average whose weights are learnt: a small gated network says how much each repeat counts.",
  parameters: z.strictObject({
    width: z.int().min(1).max(256).default(16).meta({ title: "Width of its network" }),
  }),
  convex: true,
  refused: { loss: "learnt weights would turn to the passes that are easy anyway" },
});
