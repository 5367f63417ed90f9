import { expect, test } from "vitest";
import { backendSentence } from "./backend-words.ts";
import type { BackendReport, StepsReport } from "./run-record.ts";

const on = (steps?: StepsReport): BackendReport => ({
  name: "webgpu",
  adapter: null,
  reason: "it was chosen",
  figures: [],
  ...(steps ? { steps } : {}),
});

test("a run says how its steps are taken, and which operation stands against recording them", () => {
  expect(backendSentence(on())).toBe("On WebGPU.");
  expect(backendSentence(on({ path: "captured", reason: "recorded once", refused: null }))).toBe(
    "On WebGPU. Steps recorded once and replayed.",
  );
  const refused = "the step reads on the host what Sum computes";
  expect(backendSentence(on({ path: "mixed", reason: refused, refused }))).toBe(
    `On WebGPU. Loss and update in kernels of Refrain's own. Steps could not be recorded: ${refused}.`,
  );
  expect(backendSentence(on({ path: "captured", reason: "recorded once", refused }))).toBe(
    `On WebGPU. Steps recorded once and replayed. Batches of some shapes could not be recorded: ${refused}.`,
  );
});
