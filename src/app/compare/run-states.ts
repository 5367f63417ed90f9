import type { RunEntry } from "../../shared/kept/run-entry.ts";

/** A run that goes on, here or in another tab, cannot be deleted. */
export const isRemovable = ({ status }: RunEntry): boolean => status !== "going" && status !== "elsewhere";
