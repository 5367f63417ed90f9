import { z } from "zod";

/** Which hidden layers a noise at the site `hidden` acts on; an empty list is all of them. */
export const hiddenLayers = () =>
  z
    .array(z.int().min(1).max(64))
    .max(8)
    .default([])
    .meta({ title: "Hidden layers", description: "Numbered from 1 upwards, the head's last.", empty: "all" });
