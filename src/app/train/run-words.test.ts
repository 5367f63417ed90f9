import { expect, test } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import type { CurrentRun } from "../stores/run-store.ts";
import { dataNote } from "./run-words.ts";

const runOn = (train: string) =>
  ({ experiment: parseExperiment({ version: 1, task: "tabular-classification", data: { train } }) }) as CurrentRun;

test("a run names its data once others are open", () => {
  expect(dataNote(runOn("tickets.csv"), "tickets.csv")).toBe("");
  expect(dataNote(runOn("tickets.csv"), "photos.zip")).toBe(" Its data: tickets.csv.");
  expect(dataNote(runOn("sample:penguins"), "sample:iris")).toBe(" Its data: Penguins.");
  expect(dataNote(null, "sample:iris")).toBe("");
});
