import type { Choice } from "../card.ts";
import { mlp } from "./mlp.ts";
import { mobilenetV2 } from "./mobilenet-v2.ts";
import { seedCnn } from "./seed-cnn.ts";
import { transformer } from "./transformer.ts";
import { useLite } from "./use-lite.ts";

/** Every backbone, in the order in which the page offers them. */
export const BACKBONES = [mlp, useLite, mobilenetV2, seedCnn, transformer] as const;
export type Backbone = Choice<(typeof BACKBONES)[number]>;
export type BackboneId = Backbone["id"];
