import { z } from "zod";
import type { Card } from "../card.ts";

export const headOnly = {
  id: "head-only",
  label: "Head only",
  summary: "The backbone stays as it was; only the head on top is trained.",
  parameters: z.strictObject({}),
} as const satisfies Card;
