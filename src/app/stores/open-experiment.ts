import type { ExperimentFile } from "../../shared/experiment.ts";
import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { SAMPLE_PREFIX } from "../../shared/samples.ts";
import { engine } from "../engine-client.ts";
import { useDataStore } from "./data-store.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { useLessonStore } from "./sharing/lesson-store.ts";
import { useRequestStore } from "./sharing/request-store.ts";
import type { DataIdentity } from "./sharing/shared.ts";
import { useUiStore } from "./ui-store.ts";

/**
 * Puts an experiment into the editor (which can be undone) and opens the data it names, if it can. Where a lesson is on,
 * it asks before it ends it.
 * @param what what describes the experiment, to begin a sentence: `This link`, `The file "a.json"`
 * @param source the data that it was trained on, where it is a run's
 */
export function openExperiment(next: ExperimentFile, what: string, source?: RunEntry["source"]): void {
  useLessonStore.getState().whenLeft(`open ${what}`, () => {
    putInEditor(next);
    void openNamedSource(what, source);
  });
}

export function putInEditor(next: ExperimentFile): void {
  const { file, replace } = useExperimentStore.getState();
  if (JSON.stringify(file) !== JSON.stringify(next)) replace(next);
}

/**
 * Opens the data that the experiment names: a built-in sample, or what is kept here under the same content. Anything
 * else is the user's, and is asked for.
 */
export async function openNamedSource(what: string, identity?: KnownIdentity): Promise<void> {
  const { train } = useExperimentStore.getState().file.data;
  const { source, lastAsked, openSource } = useDataStore.getState();
  const requests = useRequestStore.getState();
  requests.close();
  if (train.startsWith(SAMPLE_PREFIX)) {
    const id = train.slice(SAMPLE_PREFIX.length);
    if (source && lastAsked?.kind === "sample" && lastAsked.id === id) return;
    await openSource({ kind: "sample", id });
    return;
  }
  const isOpen = identity
    ? source?.contentId === identity.contentId
    : source?.files.some((file) => file.name === train);
  if (isOpen) return;
  const isHere = identity && (await isKept(identity.contentId));
  const content = identity ? { bytes: identity.bytes ?? null, contentId: identity.contentId } : null;
  requests.ask({ what, name: identity?.bytes === undefined ? train : identity.name, content });
  if (identity && isHere) {
    await openSource({ kind: "kept", contentId: identity.contentId });
    if (useDataStore.getState().source?.contentId === identity.contentId) return;
  }
  useUiStore.getState().setStage("data");
}

/** A run does not know how large the files of its data were. */
type KnownIdentity = Omit<DataIdentity, "bytes"> & Partial<Pick<DataIdentity, "bytes">>;

/** Whether a data set is kept here; where the store cannot be read, it is not. */
async function isKept(contentId: string): Promise<boolean> {
  try {
    const { sources } = await engine.call("store.read", {});
    return sources.some((source) => source.contentId === contentId);
  } catch {
    return false;
  }
}
