import { z } from "zod";

/** How much a consistency term adds to the loss. */
export const weight = () => z.number().min(0.01).max(100).default(1).meta({ title: "Consistency weight", step: 0.01 });
