import { z } from "zod";
import type { Card } from "../card.ts";
import { warmup } from "./fields.ts";

export const constant = {
  id: "constant",
  label: "Constant",
  summary: "The learning rate stays as it is after the warm-up.",
  parameters: z.strictObject({ warmup }),
} as const satisfies Card;
