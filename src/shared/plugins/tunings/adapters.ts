import { z } from "zod";
import type { Card } from "../card.ts";

export const adapters = {
  id: "adapters",
  label: "Adapters",
  summary: "Puts two narrow layers behind each sub-layer and trains them alone.",
  parameters: z.strictObject({
    width: z.int().min(1).max(1024).default(64).meta({ title: "Bottleneck width" }),
  }),
} as const satisfies Card;
