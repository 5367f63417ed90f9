import { z } from "zod";
import { defineBackbone } from "./backbone-card.ts";

export const MOBILENET_TAPS = ["block_10_project_BN", "block_13_expand_relu", "out_relu"] as const;

export const mobilenetV2 = defineBackbone({
  id: "mobilenet-v2",
  label: "MobileNetV2",
  summary: "A convolutional network for photos, read at a chosen layer; frozen, so each photo is encoded once.",
  parameters: z.strictObject({
    tap: z.enum(MOBILENET_TAPS).default("block_13_expand_relu").meta({ title: "Read at layer" }),
    size: z.int().min(32).max(224).default(96).meta({ title: "Image side, pixels", step: 32 }),
  }),
  modalities: ["image"],
  tunings: ["head-only"],
  pretrained: {
    lineage:
      "MobileNetV2 1.0 (Sandler et al. 2018, 1801.04381), trained on ImageNet, then fine-tuned for content moderation, as shipped in nsfwjs; layers up to block_10_project_BN are flagged as frozen in that fine-tuning. It is not plain ImageNet MobileNet.",
    licence: "MIT",
    megabytes: 2.6,
    languages: [],
  },
});
