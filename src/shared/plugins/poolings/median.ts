import { z } from "zod";
import { definePooling } from "./pooling-card.ts";

export const median = definePooling({
  id: "median",
  label: "Median",
  summary: "The middle of the K outputs, entry by entry: no single repeat can pull it far.",
  parameters: z.strictObject({}),
  convex: false,
});
