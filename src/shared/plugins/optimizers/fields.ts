import { z } from "zod";

/** The step size, bounded alike for every optimizer; only its default differs. */
export const learningRate = (value: number) =>
  z.number().min(1e-7).max(10).default(value).meta({ title: "Learning rate", step: 0.001 });

export const weightDecay = (value: number) =>
  z.number().min(0).max(1).default(value).meta({ title: "Weight decay", step: 0.001 });

export const beta = (title: string, value: number) =>
  z.number().min(0).max(0.99999).default(value).meta({ title, step: 0.01 });
