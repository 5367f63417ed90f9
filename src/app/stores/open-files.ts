import type { NamedFile } from "../../shared/protocol.ts";
import { MODALITY_OF } from "../../shared/task.ts";
import { useDataStore } from "./data-store.ts";
import { readExperimentFile } from "./experiment-file.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { openExperiment } from "./open-experiment.ts";
import { usePretrainedStore } from "./pretrained-store.ts";
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
  await useDataStore.getState().openSource({ kind: "files", files });
}

/** True for the files of a pretrained model, in the layout that repositories have. */
const isModel = (files: readonly NamedFile[]): boolean =>
  files.some(({ path }) => /(^|\/)config\.json$/.test(path)) && files.some(({ path }) => /\.safetensors$/.test(path));

/** Keeps a dropped model and makes it the backbone, where it reads what the data are. */
async function openModel(files: NamedFile[]): Promise<void> {
  const { setNotice, setStage } = useUiStore.getState();
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
