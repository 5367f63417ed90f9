import { z } from "zod";
import { defineNoise } from "./noise-card.ts";

export const tokenSwap = defineNoise({
  id: "token-swap",
  label: "Token swap",
  summary: "Lets each token change places, with the given probability, with the next one or with any other.",
  parameters: z.strictObject({
    site: z.literal("input").default("input").meta({ title: "At" }),
    probability: z.number().min(0).max(1).default(0.1).meta({ title: "Probability", step: 0.01 }),
    partner: z.enum(["next", "any"]).default("next").meta({ title: "With" }),
  }),
  fits: { input: ["text"] },
});
