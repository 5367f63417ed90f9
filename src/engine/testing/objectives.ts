import type { Objective } from "../../shared/plugins/objectives/index.ts";

/** Plain cross-entropy with every parameter spelt out. */
export const CROSS_ENTROPY = { id: "cross-entropy", labelSmoothing: 0, classWeights: "none" } as const;

/** Every objective card at telling parameters, and a sum of two kinds. */
export const TESTED_OBJECTIVES: readonly { readonly name: string; readonly objective: Objective }[] = [
  { name: "cross-entropy", objective: CROSS_ENTROPY },
  { name: "smoothed and balanced", objective: { ...CROSS_ENTROPY, labelSmoothing: 0.3, classWeights: "balanced" } },
  { name: "binary", objective: { id: "binary-cross-entropy" } },
  { name: "focal", objective: { id: "focal", gamma: 2.5 } },
  { name: "soft-f1", objective: { id: "soft-f1" } },
  {
    name: "sum",
    objective: {
      id: "sum",
      terms: [
        { weight: 0.5, objective: { id: "binary-cross-entropy" } },
        { weight: 3, objective: { id: "soft-f1" } },
      ],
    },
  },
];
