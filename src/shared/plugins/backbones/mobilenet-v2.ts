import { z } from "zod";
import { defineBackbone } from "./backbone-card.ts";

export const MOBILENET_TAPS = ["block_10_project_BN", "block_13_expand_relu", "out_relu"] as const;

/** Hidden layers up to each of them: the first convolution, each block, and what lies behind the last block. */
export const MOBILENET_UNITS = {
  block_10_project_BN: 12,
  block_13_expand_relu: 15,
  out_relu: 19,
} as const satisfies Record<(typeof MOBILENET_TAPS)[number], number>;

export const mobilenetV2 = defineBackbone({
  id: "mobilenet-v2",
  label: "MobileNetV2",
  summary:
    "A convolutional network for photos, read at a chosen layer. Frozen, it encodes each photo once; tuned, it runs in every step.",
  parameters: z.strictObject({
    tap: z.enum(MOBILENET_TAPS).default("block_13_expand_relu").meta({ title: "Read at layer" }),
    size: z.int().min(32).max(224).default(96).meta({ title: "Image side, pixels", step: 32 }),
  }),
  modalities: ["image"],
  tunings: ["head-only", "last-n", "bitfit", "full"],
  pretrained: {
    lineage:
      "MobileNetV2 1.0 (Sandler et al. 2018, 1801.04381), trained on ImageNet, then fine-tuned for content moderation, as shipped in nsfwjs; layers up to block_10_project_BN are flagged as frozen in that fine-tuning. It is not plain ImageNet MobileNet.",
    licence: "MIT",
    megabytes: 2.6,
    languages: [],
  },
});
