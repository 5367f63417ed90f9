import type { NamedFile } from "../../shared/protocol.ts";
import { useDataStore } from "./data-store.ts";
import { readExperimentFile } from "./experiment-file.ts";
import { openExperiment } from "./open-experiment.ts";
import { useUiStore } from "./ui-store.ts";

/** A run's record holds the loss of every step; beyond this a JSON file can only be data. */
const MAX_EXPERIMENT_BYTES = 32_000_000;

/**
 * Opens whatever was dropped or chosen: a single experiment file goes into the editor, all else is data. A faulty
 * experiment is told field by field and leaves everything as it was.
 */
export async function openFiles(files: NamedFile[]): Promise<void> {
  const [first] = files;
  if (!first) return;
  if (files.length === 1 && /\.json$/i.test(first.path) && first.file.size <= MAX_EXPERIMENT_BYTES) {
    const content = readExperimentFile(await first.file.text());
    if (content.kind !== "other") {
      takeExperiment(first.path, content);
      return;
    }
  }
  useUiStore.getState().setStage("data");
  await useDataStore.getState().openSource({ kind: "files", files });
}

function takeExperiment(name: string, content: Exclude<ReturnType<typeof readExperimentFile>, { kind: "other" }>) {
  const { setNotice } = useUiStore.getState();
  if (content.kind === "bad-experiment") {
    const faults = content.issues.map(({ path, message }) => (path ? `${path}: ${message}` : `It is ${message}`));
    const text = [`${name} cannot be used as an experiment, so the editor keeps its own.`, ...faults].join("\n");
    setNotice({ tone: "bad", text });
    return;
  }
  setNotice({
    tone: "info",
    text: `The experiment in ${name} is in the editor. Undo (Ctrl+Z) brings back the former.`,
  });
  openExperiment(content.file, name);
}
