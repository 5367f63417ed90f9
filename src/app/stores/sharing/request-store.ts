import { create } from "zustand";
import type { SourceSummary } from "../../../shared/dataset.ts";
import type { DataSource, NamedFile } from "../../../shared/protocol.ts";

/** Data that an experiment needs and that are not here. */
export interface DataRequest {
  /** What asks, to begin a sentence: `This link`. */
  what: string;
  name: string;
  /** Identity of the content, and its size, where what asks knows them. */
  content: { bytes: number | null; contentId: string } | null;
}

/** What was opened in answer to a request, and is not what was asked for. */
export interface OtherData {
  name: string;
  rows: number;
  bytes: number;
  contentId: string;
}

export interface RequestState {
  request: DataRequest | null;
  /** Open, and held back until it is said that they will do. */
  other: OtherData | null;
  /** True once other data than those asked for were taken on purpose. */
  settledForOther: boolean;
  ask: (request: DataRequest) => void;
  close: () => void;
  settle: () => void;
}

export const useRequestStore = create<RequestState>()((set) => ({
  request: null,
  other: null,
  settledForOther: false,
  ask: (request) => set({ request, other: null, settledForOther: false }),
  close: () => set({ request: null, other: null, settledForOther: false }),
  settle: () => set({ other: null, settledForOther: true }),
}));

/**
 * A single file under the name that was asked for, since a name changes on a file's way and its content does not; all
 * else as it is.
 */
export function underAskedName(files: readonly NamedFile[]): NamedFile[] {
  const { request, settledForOther } = useRequestStore.getState();
  const [only] = files;
  if (!request?.content || settledForOther || files.length !== 1 || !only) return [...files];
  const isOfItsKind = extensionOf(only.path) === extensionOf(request.name);
  return isOfItsKind ? [{ ...only, path: request.name }] : [...files];
}

const extensionOf = (name: string): string => /\.[^./]+$/.exec(name)?.[0].toLowerCase() ?? "";

/** How what was just opened answers the request: nothing was asked for, it is this, or it is something else. */
export type Answer = "unasked" | "right" | "other";

/** Compares what was opened with what was asked for, and keeps what differs in sight. */
export function answer(source: DataSource, summary: SourceSummary, openedName: string): Answer {
  const { request, settledForOther, close } = useRequestStore.getState();
  if (!request) return "unasked";
  if (source.kind === "sample" || settledForOther || !request.content) {
    close();
    return "unasked";
  }
  if (summary.contentId === request.content.contentId) {
    close();
    return "right";
  }
  const bytes = summary.files.reduce((sum, file) => sum + file.bytes, 0);
  useRequestStore.setState({
    other: { name: openedName, rows: summary.rows, bytes, contentId: summary.contentId },
  });
  return "other";
}
