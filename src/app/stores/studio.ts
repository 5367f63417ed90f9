import { preparedFrom } from "../../shared/experiment.ts";
import { engine } from "../engine-client.ts";
import { isActive } from "./current-run.ts";
import { useDataStore } from "./data-store.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { useKeptStore } from "./kept-store.ts";
import { useLensStore } from "./lens-store.ts";
import { useModelStore } from "./model-store.ts";
import { openNamedSource } from "./open-experiment.ts";
import { loseEngine, useRunStore } from "./run-store.ts";
import { useLessonStore } from "./sharing/lesson-store.ts";
import { followLink, writeAddress } from "./sharing/open-link.ts";
import { takeOverKept } from "./sweeps/sweep-store.ts";
import { useUiStore } from "./ui-store.ts";

const PREPARE_AFTER_MS = 350;
const WRITE_LINK_AFTER_MS = 300;
/** While training the lens follows the weights this often. */
const LENS_EVERY_MS = 500;

/** Connects the stores to each other, to the address and to the engine, and opens the first data set. */
export function startStudio(): void {
  const isFollowed = followLink();
  engine.onRestart((cause) => {
    loseEngine(cause);
    useModelStore.getState().forget();
    useUiStore.getState().setNotice({ tone: "bad", text: cause.message });
    void useDataStore.getState().reopen();
    void useRunStore.getState().describeBackend();
    void useKeptStore.getState().read();
  });
  followKept();
  keepLinkCurrent();
  prepareOnChange();
  refreshLensOnChange();
  sayRefusals();
  if (!isFollowed) void openNamedSource("The studio");
  void useRunStore.getState().describeBackend();
}

/** Lists what is kept, as runs here and other tabs change it, and has a run kept as it is before the page may go. */
function followKept(): void {
  const { read } = useKeptStore.getState();
  useKeptStore.subscribe(({ documents }, before) => {
    if (documents !== before.documents) takeOverKept(documents);
  });
  void Promise.all([read(), firstSource()]).then(showLastRun);
  engine.onStore(() => void read());
  useRunStore.subscribe(({ current }, { current: before }) => {
    const isFirst = Boolean(current?.checkpoint) && before?.runId === current?.runId && !before?.checkpoint;
    if (isFirst || (isActive(before) && !isActive(current))) void read();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") useRunStore.getState().control("checkpoint");
    // A tab whose engine died could not tell this one.
    else void read();
  });
}

/** Resolves when data are open. */
const firstSource = (): Promise<void> =>
  new Promise((resolve) => {
    const resolveIfOpen = ({ source }: { source: unknown }) => source && resolve();
    resolveIfOpen(useDataStore.getState());
    useDataStore.subscribe(resolveIfOpen);
  });

/** What was on the page when it was left: the last run, where it has ended and is of the data that are open. */
function showLastRun(): void {
  const { runs, current, showRun } = useRunStore.getState();
  const last = runs.at(-1);
  const { source } = useDataStore.getState();
  if (current || !last?.figures || last.source.contentId !== source?.contentId) return;
  void showRun(last.runId);
}

/** Another link pasted over the address is followed; what it says follows the editor, the lesson and the data. */
function keepLinkCurrent(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(writeAddress, WRITE_LINK_AFTER_MS);
  };
  useExperimentStore.subscribe((state, before) => state.file !== before.file && soon());
  useLessonStore.subscribe((state, before) => state.lesson !== before.lesson && soon());
  useDataStore.subscribe(({ source, status }, before) => {
    const isTheirs = source?.credit === null && status !== "held";
    if (isTheirs && (source !== before.source || status !== before.status)) soon();
  });
  // What cannot be followed leaves the address, so that a reload finds what is in the editor.
  window.addEventListener("hashchange", () => followLink() || writeAddress());
}

/** A change that would need a locked value to move is not made, and the page says why. */
function sayRefusals(): void {
  useExperimentStore.subscribe(({ refusal }, before) => {
    if (refusal !== null && refusal !== before.refusal)
      useUiStore.getState().setNotice({ tone: "warn", text: refusal });
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
