import { z } from "zod";
import { definePooling } from "./pooling-card.ts";

export const mean = definePooling({
  id: "mean",
  label: "Mean",
  summary: "The average of the K outputs: every repeat has the same say.",
  parameters: z.strictObject({}),
  convex: true,
});
