import { z } from "zod";

/** Share of all steps over which the rate rises linearly from 0. */
export const warmup = z.number().min(0).max(0.5).default(0).meta({ title: "Warm-up, share of steps", step: 0.01 });
