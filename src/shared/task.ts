/** What the studio can be asked to learn. */
export const TASKS = ["tabular-classification", "text-classification", "image-classification"] as const;
export type Task = (typeof TASKS)[number];

/** The kind of input a task works on. */
export type Modality = "table" | "text" | "image";

export const MODALITY_OF: Record<Task, Modality> = {
  "tabular-classification": "table",
  "text-classification": "text",
  "image-classification": "image",
};

/** Where the K outputs of a sample are pooled into one (method: "the level"). */
export const LEVELS = ["loss", "probabilities", "logits", "features"] as const;
export type Level = (typeof LEVELS)[number];

/** Where a noise enters the model, from the bottom up. */
export const SITES = ["input", "token-embedding", "hidden", "features"] as const;
export type Site = (typeof SITES)[number];
/** Sites that lie below a frozen backbone, so that its views are encoded ahead. */
export const SITES_BELOW_BACKBONE: readonly Site[] = ["input", "token-embedding"];

export const SPLITS = ["train", "validation", "test"] as const;
export type Split = (typeof SPLITS)[number];

/** Backends that can be asked for; `auto` lets the engine decide and say why. */
export const BACKENDS = ["auto", "webgpu", "webgl", "wasm", "cpu"] as const;
export type BackendChoice = (typeof BACKENDS)[number];
export type BackendName = Exclude<BackendChoice, "auto">;
