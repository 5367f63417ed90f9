import { z } from "zod";
import { definePooling } from "./pooling-card.ts";

export const min = definePooling({
  id: "min",
  label: "Min",
  summary: "The smallest of the K outputs, entry by entry: the most cautious repeat decides.",
  parameters: z.strictObject({}),
  convex: false,
});
