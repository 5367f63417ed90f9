import { useDataStore } from "../data-store.ts";
import { useExperimentStore } from "../experiment-store.ts";
import { openNamedSource, putInEditor } from "../open-experiment.ts";
import { type UiState, useUiStore } from "../ui-store.ts";
import { faultOf } from "./faults.ts";
import type { Lesson } from "./lesson.ts";
import { useLessonStore } from "./lesson-store.ts";
import { readLink, writeLink } from "./link.ts";
import { useRequestStore } from "./request-store.ts";
import type { DataIdentity, Shared, SharedView } from "./shared.ts";

/**
 * Takes over what the address shares: experiment, view, lesson, and the data where they are here. What cannot be used is
 * told with the reason and changes nothing. @returns false where the address shares nothing
 */
export function followLink(): boolean {
  const link = readLink(location.hash);
  if (link.kind === "none") return false;
  if (link.kind === "bad") {
    const { setNotice, setFaults } = useUiStore.getState();
    const text = `The link's experiment cannot be read, so the studio shows its own. ${link.reason}`;
    if (link.issues.length === 0) setNotice({ tone: "warn", text });
    else setFaults({ title: text, faults: link.issues.map(faultOf) });
    return false;
  }
  const { shared } = link;
  if (isHere(shared)) return true;
  useLessonStore.getState().whenLeft("open this link", () => take(shared), writeAddress);
  return true;
}

/** The address follows the editor; what it already says is no news. */
const isHere = (shared: Shared): boolean =>
  useLessonStore.getState().lesson !== null &&
  JSON.stringify([shared.experiment, shared.lesson]) ===
    JSON.stringify([useExperimentStore.getState().file, useLessonStore.getState().lesson]);

function take({ experiment, view, data, lesson }: Shared): void {
  putInEditor(experiment);
  if (view) show(view);
  if (lesson) useLessonStore.getState().begin(lesson);
  void openNamedSource("This link", data);
}

/** A theme in a link is for this visit: the reader's own choice stays what it was. */
function show({ page, stage, theme, method, unit }: SharedView): void {
  const given: Partial<UiState> = {
    view: page,
    stage,
    ...(theme ? { theme } : {}),
    ...(method ? { method } : {}),
    ...(unit ? { unit } : {}),
  };
  useUiStore.setState(given);
}

/** What the address says by itself: the experiment, its data and the lesson, without the view. */
export const writeAddress = (): void => {
  const hash = writeLink(sharedNow({ lesson: useLessonStore.getState().lesson, view: false }));
  if (hash !== location.hash) history.replaceState(null, "", hash);
};

/** What can be shared of the studio as it is now. */
export function sharedNow({ lesson, view }: { lesson: Lesson | null; view: boolean }): Shared {
  const data = identityNow();
  return {
    experiment: useExperimentStore.getState().file,
    ...(data ? { data } : {}),
    ...(view ? { view: viewNow() } : {}),
    ...(lesson ? { lesson } : {}),
  };
}

/** Which data the experiment is on; undefined for a built-in sample, which every studio has. */
export function identityNow(): DataIdentity | undefined {
  const { request, settledForOther } = useRequestStore.getState();
  if (request && !settledForOther) {
    const { name, content } = request;
    const bytes = content?.bytes ?? null;
    return content && bytes !== null ? { name, contentId: content.contentId, bytes } : undefined;
  }
  const { source } = useDataStore.getState();
  const { train } = useExperimentStore.getState().file.data;
  if (!source?.files.some((file) => file.name === train)) return undefined;
  const bytes = source.files.reduce((sum, file) => sum + file.bytes, 0);
  return /^[0-9a-f]{64}$/.test(source.contentId) ? { contentId: source.contentId, name: train, bytes } : undefined;
}

function viewNow(): SharedView {
  const { view, stage, theme, method, unit } = useUiStore.getState();
  return {
    page: view,
    stage,
    ...(theme === "system" ? {} : { theme }),
    ...(method === "sample" ? {} : { method }),
    ...(unit === "percent" ? {} : { unit }),
  };
}
