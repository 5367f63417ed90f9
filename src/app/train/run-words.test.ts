import { describe, expect, test } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import type { PretrainedSummary } from "../../shared/pretrained.ts";
import type { CurrentRun } from "../stores/current-run.ts";
import { dataNote, missingModel } from "./run-words.ts";

const runOn = (train: string) =>
  ({ experiment: parseExperiment({ version: 1, task: "tabular-classification", data: { train } }) }) as CurrentRun;

test("a run names its data once others are open", () => {
  expect(dataNote(runOn("tickets.csv"), "tickets.csv")).toBe("");
  expect(dataNote(runOn("tickets.csv"), "photos.zip")).toBe(" Its data: tickets.csv.");
  expect(dataNote(runOn("sample:penguins"), "sample:iris")).toBe(" Its data: Penguins.");
  expect(dataNote(null, "sample:iris")).toBe("");
});

describe("a model by name", () => {
  const named = (revision: string) =>
    parseExperiment({
      version: 1,
      task: "text-classification",
      data: { train: "texts.csv" },
      backbone: { id: "transformer", source: "owner/tiny", revision },
    });
  const model = { source: "owner/tiny", revision: "main", commit: "0123abc", modality: "text" } as PretrainedSummary;
  const kept = { models: [model], bytes: 0, quota: null, refusal: null };

  test("stands in the way where it is not here, by whichever of its names", () => {
    expect(missingModel(named("main"), kept)).toBeNull();
    expect(missingModel(named("0123abc"), kept)).toBeNull();
    expect(missingModel(named("v2"), kept)).toBe("owner/tiny is not on this machine; see Backbone.");
    expect(missingModel(named("main"), null)).toBeNull();
  });

  test("stands in the way where it reads something else", () => {
    const images = { ...kept, models: [{ ...model, modality: "image" as const }] };
    expect(missingModel(named("main"), images)).toBe("owner/tiny reads image, not text; see Backbone.");
  });
});
