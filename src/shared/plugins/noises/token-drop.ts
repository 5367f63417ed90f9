import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const tokenDrop = defineNoise({
  id: "token-drop",
  label: "Token drop",
  summary: "Leaves out each token with the given probability; at least one always stays.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    probability: z.number().min(0).max(0.9).default(0.1).meta({ title: "Probability", step: 0.01 }),
  }),
  fits: { input: ["text"] },
});
