import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const spanMask = defineNoise({
  id: "span-mask",
  label: "Span mask",
  summary: "Leaves out the given share of the tokens in runs of a few; at least one always stays.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    share: z.number().min(0).max(0.9).default(0.15).meta({ title: "Share of the tokens", step: 0.01 }),
    meanLength: z
      .number()
      .min(1)
      .max(10)
      .default(3)
      .meta({ title: "Mean length of a run", description: "Before runs are cut to ten tokens.", step: 0.5 }),
  }),
  fits: { input: ["text"] },
});
