import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const rotate = defineNoise({
  id: "rotate",
  label: "Rotate",
  summary: "Turns the image about its centre by up to the given angle either way.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    degrees: z.number().min(0).max(180).default(10).meta({ title: "At most, degrees", step: 1 }),
  }),
  fits: { input: ["image"] },
});
