import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const cutout = defineNoise({
  id: "cutout",
  label: "Cutout",
  summary: "Blacks out one square of the given share of the side at a random place.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    fraction: z.number().min(0).max(0.9).default(0.3).meta({ title: "Share of the side", step: 0.05 }),
  }),
  fits: { input: ["image"] },
});
