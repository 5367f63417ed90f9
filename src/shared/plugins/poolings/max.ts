import { z } from "zod";
import { definePooling } from "./pooling-card.ts";

export const max = definePooling({
  id: "max",
  label: "Max",
  summary: "The largest of the K outputs, entry by entry: the most extreme repeat decides.",
  parameters: z.strictObject({}),
  convex: false,
});
