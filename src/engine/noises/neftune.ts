import type { NoiseOf } from "../../shared/plugins/noises/index.ts";
import type { NoiseBuild } from "./noise.ts";

/** e + alpha / sqrt(L d) u, u ~ U(-1, 1), for L tokens of d numbers each (NEFTune, 2310.05914, section 2). */
export const neftune: NoiseBuild<NoiseOf<"neftune">> = {
  kind: "embedding",
  embedding: {
    distribution: "uniform",
    perRootLength: true,
    scale: (width, { alpha }) => alpha / Math.sqrt(width),
  },
};
