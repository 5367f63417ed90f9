import { z } from "zod";
import type { Card } from "../card.ts";
import { warmup } from "./fields.ts";

export const linear = {
  id: "linear",
  label: "Linear",
  summary: "After the warm-up the learning rate falls in a straight line to 0.",
  parameters: z.strictObject({ warmup }),
} as const satisfies Card;
