import { beforeEach, expect, test, vi } from "vitest";
import { exclude } from "../../shared/edits.ts";
import { engine } from "../engine-client.ts";
import { useDataStore } from "./data-store.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { useUiStore } from "./ui-store.ts";

/** The engine's answers to opening a file of this name. */
const summary = (name: string) => ({
  id: name,
  name,
  kind: "table",
  files: [],
  columns: [],
  guess: { task: "tabular-classification", data: { train: name } },
});

beforeEach(() => {
  vi.spyOn(engine, "call").mockImplementation((async (call: string, given: { source?: { name: string } }) =>
    call === "data.open" ? summary(given.source?.name ?? "") : { classes: [] }) as never);
});

const paste = (name: string) => useDataStore.getState().openSource({ kind: "text", name, text: "a,b" });
const before = () => useDataStore.getState().before?.name ?? null;

test("the way back leads to what was open before, also after the engine was replaced", async () => {
  await paste("first.csv");
  expect(before()).toBeNull();
  await paste("second.csv");
  expect(before()).toBe("first.csv");
  await useDataStore.getState().reopen();
  expect(before()).toBe("first.csv");
  await useDataStore.getState().goBack();
  expect(useDataStore.getState().source?.name).toBe("first.csv");
  expect(before()).toBe("second.csv");
});

test("edits by hand stay with the content they were made on", async () => {
  const contents = ["one", "one", "two"];
  vi.spyOn(engine, "call").mockImplementation((async (call: string) =>
    call === "data.open"
      ? { ...summary("mine.csv"), files: [{ name: "mine.csv" }], contentId: contents.shift() }
      : { classes: [] }) as never);
  await paste("mine.csv");
  useExperimentStore.getState().update((file) => exclude(file, 3));
  await paste("mine.csv");
  expect(useExperimentStore.getState().file.data.edits).toEqual({ 3: { exclude: true } });
  await paste("mine.csv");
  expect(useExperimentStore.getState().file.data.edits).toBeUndefined();
  expect(useUiStore.getState().notice?.text).toContain("the edits were taken out");
  useExperimentStore.getState().undo();
  expect(useExperimentStore.getState().file.data.edits).toEqual({ 3: { exclude: true } });
});
