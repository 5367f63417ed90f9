import { expect, test } from "vitest";
import { repeatsBackbone } from "./noise-misfits.ts";
import type { Tuning } from "./plugins/tunings/index.ts";

const LORA = { id: "lora", rank: 8, alpha: 16, dropout: 0, projections: "query-value" } as const;

test("LoRA's own dropout has the repeats part in the backbone, as noise in it or below it does", () => {
  const backbone = { id: "transformer", source: "owner/name", revision: "main", maxTokens: 128 } as const;
  const repeats = (tuning: Tuning, rate = 0) =>
    repeatsBackbone({
      backbone,
      tuning,
      repeat: { noises: rate > 0 ? [{ id: "dropout", site: "hidden", rate, layers: [3] }] : [] },
    });
  expect(repeats(LORA)).toBe(false);
  expect(repeats({ ...LORA, dropout: 0.1 })).toBe(true);
  expect(repeats(LORA, 0.1)).toBe(true);
});
