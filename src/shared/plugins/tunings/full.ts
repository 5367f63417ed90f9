import { z } from "zod";
import type { Card } from "../card.ts";

export const full = {
  id: "full",
  label: "Full",
  summary: "Every weight of backbone and head is trained.",
  parameters: z.strictObject({}),
} as const satisfies Card;
