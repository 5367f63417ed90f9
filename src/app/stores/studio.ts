import { SAMPLE_PREFIX } from "../../shared/samples.ts";
import { engine } from "../engine-client.ts";
import { preparedFrom, useDataStore } from "./data-store.ts";
import { readLink, writeLink } from "./experiment-link.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { useLensStore } from "./lens-store.ts";
import { loseEngine, useRunStore } from "./run-store.ts";
import { useUiStore } from "./ui-store.ts";

const PREPARE_AFTER_MS = 350;
const WRITE_LINK_AFTER_MS = 300;
/** While training the lens follows the weights this often. */
const LENS_EVERY_MS = 500;

/** Connects the stores to each other, to the address and to the engine, and opens the first data set. */
export function startStudio(): void {
  const link = followLink();
  engine.onRestart((cause) => {
    loseEngine(cause);
    useUiStore.getState().setNotice({ tone: "bad", text: cause.message });
    void useDataStore.getState().reopen();
    void useRunStore.getState().describeBackend();
  });
  keepLinkCurrent();
  prepareOnChange();
  refreshLensOnChange();
  window.addEventListener("hashchange", () => followLink());
  if (link === "none") openNamedSource();
  void useRunStore.getState().describeBackend();
}

/** Takes over the experiment in the address. A damaged one is reported and leaves everything as it is. */
function followLink(): "none" | "followed" {
  const link = readLink(location.hash);
  if (link.kind === "none") return "none";
  if (link.kind === "bad") {
    useUiStore.getState().setNotice({
      tone: "warn",
      text: `The link's experiment cannot be read, so the studio shows its own. ${link.reason}`,
    });
    return "none";
  }
  const { file, replace } = useExperimentStore.getState();
  if (JSON.stringify(file) !== JSON.stringify(link.file)) replace(link.file);
  openNamedSource();
  return "followed";
}

/** Opens the built-in sample that the experiment names; any other file is the user's and has to be dropped again. */
function openNamedSource(): void {
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
      text: `This link describes an experiment on "${train}". A link carries settings, never data: drop that file here to go on.`,
    });
  }
}

function keepLinkCurrent(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  useExperimentStore.subscribe((state, before) => {
    if (state.file === before.file) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const hash = writeLink(useExperimentStore.getState().file);
      if (hash !== location.hash) history.replaceState(null, "", hash);
    }, WRITE_LINK_AFTER_MS);
  });
}

function prepareOnChange(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  useExperimentStore.subscribe((state, before) => {
    if (state.issues.length > 0 || preparedFrom(state.experiment) === preparedFrom(before.experiment)) return;
    clearTimeout(timer);
    if (useDataStore.getState().status === "opening") return;
    timer = setTimeout(() => void useDataStore.getState().prepare(), PREPARE_AFTER_MS);
  });
}

function refreshLensOnChange(): void {
  const { refresh, setItem } = useLensStore.getState();
  useDataStore.subscribe((state, before) => {
    if (state.dataset && state.dataset !== before.dataset) setItem(null);
    if (state.source !== before.source) useLensStore.setState({ result: null, error: null });
  });
  useExperimentStore.subscribe((state, before) => {
    if (state.experiment !== before.experiment) refresh();
  });
  let last = 0;
  useRunStore.subscribe(({ current, modelRunId }, before) => {
    const moved = current?.lastStep !== before.current?.lastStep;
    const settled = current?.phase !== before.current?.phase || modelRunId !== before.modelRunId;
    if (!settled && !(moved && Date.now() - last > LENS_EVERY_MS)) return;
    last = Date.now();
    refresh();
  });
}
