import type { NamedFile } from "../../shared/protocol.ts";
import { MODALITY_OF } from "../../shared/task.ts";
import { useDataStore } from "./data-store.ts";
import { readExperimentFile } from "./experiment-file.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { openNamedSource, putInEditor } from "./open-experiment.ts";
import { usePretrainedStore } from "./pretrained-store.ts";
import { faultOf } from "./sharing/faults.ts";
import { controlState, useLessonStore } from "./sharing/lesson-store.ts";
import { underAskedName } from "./sharing/request-store.ts";
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
  if (isModel(files)) return openModel(files);
  useUiStore.getState().setStage("data");
  await useDataStore.getState().openSource({ kind: "files", files: underAskedName(files) }, false, first.path);
}

/** True for the files of a pretrained model, in the layout that repositories have. */
const isModel = (files: readonly NamedFile[]): boolean =>
  files.some(({ path }) => /(^|\/)config\.json$/.test(path)) && files.some(({ path }) => /\.safetensors$/.test(path));

/** Keeps a dropped model and makes it the backbone, where it reads what the data are. */
async function openModel(files: NamedFile[]): Promise<void> {
  const { setNotice, setStage } = useUiStore.getState();
  if (controlState("backbone") !== "free") {
    setNotice({ tone: "warn", text: "This lesson locks the backbone, so the model was not opened." });
    return;
  }
  setStage("backbone");
  const model = await usePretrainedStore.getState().add(files);
  if (!model) {
    const { error } = usePretrainedStore.getState();
    if (error) setNotice({ tone: "bad", text: `The model cannot be used; all stays as it was. ${error}` });
    return;
  }
  const { experiment, update } = useExperimentStore.getState();
  const reads = MODALITY_OF[experiment.task];
  if (model.modality !== reads) {
    const text = `${model.source} is on this machine. It reads ${model.modality}, so it is no backbone for these data.`;
    setNotice({ tone: "warn", text });
    return;
  }
  const { source, revision } = model;
  update(({ tuning: _follows, ...file }) => ({ ...file, backbone: { id: "transformer", source, revision } }));
  setNotice({ tone: "info", text: `${source} is the backbone now. Undo (Ctrl+Z) brings back the former.` });
}

function takeExperiment(name: string, content: Exclude<ReturnType<typeof readExperimentFile>, { kind: "other" }>) {
  const { setNotice, setFaults, setView } = useUiStore.getState();
  switch (content.kind) {
    case "bad-experiment":
      setFaults({
        title: `${name} cannot be used as an experiment, so the editor keeps its own.`,
        faults: content.issues.map(faultOf),
      });
      return;
    case "sweep":
    case "experiment":
      useLessonStore.getState().whenLeft(`open ${name}`, () => {
        setFaults(null);
        if (content.kind === "sweep") setView("sweeps");
        setNotice({ tone: "info", text: takenWords(name, content.kind) });
        putInEditor(content.file);
        void openNamedSource(name);
      });
      return;
    default:
      content satisfies never;
  }
}

/** A sweep belongs to its own page, where its experiment is what is varied. */
const takenWords = (name: string, kind: "sweep" | "experiment"): string =>
  kind === "sweep"
    ? `${name} is a sweep: many runs of one experiment, which is in the editor now. What varies is set on this page.`
    : `The experiment in ${name} is in the editor. Undo (Ctrl+Z) brings back the former.`;
