import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

const strength = (title: string) => z.number().min(0).max(1).default(0.2).meta({ title, step: 0.05 });

export const colour = defineNoise({
  id: "colour",
  label: "Colour",
  summary: "Changes brightness, contrast and saturation, each by up to its strength; grey images have no saturation.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    brightness: strength("Brightness, at most"),
    contrast: strength("Contrast, at most"),
    saturation: strength("Saturation, at most"),
  }),
  fits: { input: ["image"] },
});
