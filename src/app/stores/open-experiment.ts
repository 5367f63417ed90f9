import type { ExperimentFile } from "../../shared/experiment.ts";
import { SAMPLE_PREFIX } from "../../shared/samples.ts";
import { useDataStore } from "./data-store.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { useUiStore } from "./ui-store.ts";

/**
 * Puts an experiment into the editor (which can be undone) and opens the data it names, if it can.
 * @param what what describes the experiment, to begin a sentence: `This link`, `The file "a.json"`
 */
export function openExperiment(next: ExperimentFile, what: string): void {
  const { file, replace } = useExperimentStore.getState();
  if (JSON.stringify(file) !== JSON.stringify(next)) replace(next);
  openNamedSource(what);
}

/** Opens the built-in sample that the experiment names; any other file is the user's and has to be dropped again. */
export function openNamedSource(what: string): void {
  const { train } = useExperimentStore.getState().file.data;
  const { source, openSource } = useDataStore.getState();
  if (train.startsWith(SAMPLE_PREFIX)) {
    const id = train.slice(SAMPLE_PREFIX.length);
    const { lastAsked } = useDataStore.getState();
    if (source && lastAsked?.kind === "sample" && lastAsked.id === id) return;
    void openSource({ kind: "sample", id });
  } else if (!source?.files.some((file) => file.name === train)) {
    useUiStore.getState().setStage("data");
    useUiStore.getState().setNotice({
      tone: "info",
      text: `${what} describes an experiment on "${train}". It carries settings, never data: drop that file here to go on.`,
    });
  }
}
