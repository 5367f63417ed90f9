import { z } from "zod";
import type { Card } from "../card.ts";
import { warmup } from "./fields.ts";

export const cosine = {
  id: "cosine",
  label: "Cosine",
  summary: "After the warm-up the learning rate falls to 0 along half a cosine wave.",
  parameters: z.strictObject({ warmup }),
} as const satisfies Card;
