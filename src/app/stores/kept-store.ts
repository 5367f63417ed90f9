import { create } from "zustand";
import type { ImportResult, KeptDocument, Room, SourceEntry } from "../../shared/kept/store-calls.ts";
import type { Result } from "../../shared/protocol.ts";
import { asEngineError, engine } from "../engine-client.ts";
import { oneTask, type TaskState } from "./one-task.ts";
import { merged } from "./run-entries.ts";
import { useRunStore } from "./run-store.ts";

/** What is being done with what is kept. */
export type KeptTask = "reading" | "exporting" | "importing" | "freeing";

export interface KeptState extends TaskState<KeptTask> {
  /** False until the store was read for the first time. */
  known: boolean;
  /** False where a browser gives no lasting storage. */
  lasting: boolean;
  sources: readonly SourceEntry[];
  documents: readonly KeptDocument[];
  room: Room | null;
  /** What of the store could not be read. */
  problems: readonly string[];
  imported: ImportResult | null;
  /** Reads what is kept; the runs go to the run store. */
  read: () => Promise<void>;
  /** Asks the browser not to clear what is kept by itself. */
  persist: () => Promise<void>;
  /** Frees what was removed. */
  purge: () => Promise<void>;
  removeSource: (contentId: string) => Promise<void>;
  /** One file of runs with all that belongs to them, all runs for null; null where that failed. */
  exportRuns: (runIds: readonly string[] | null, weights: boolean) => Promise<Result<"store.export"> | null>;
  importFile: (file: File) => Promise<void>;
  cancel: () => void;
  dismiss: () => void;
}

export const useKeptStore = create<KeptState>()((set, get) => {
  const tasks = oneTask<KeptTask>(get, set);
  const during: typeof tasks.during = (task, work) => {
    if (!get().busy) set({ imported: null });
    return tasks.during(task, work);
  };
  return {
    known: false,
    lasting: true,
    sources: [],
    documents: [],
    room: null,
    problems: [],
    busy: null,
    error: null,
    imported: null,
    read: async () => {
      try {
        const { runs, ...content } = await engine.call("store.read", {});
        set({ ...content, known: true });
        useRunStore.setState((state) => ({ runs: merged(state.runs, runs) }));
      } catch (error) {
        set({ known: true, error: asEngineError(error).message });
      }
    },
    persist: async () => {
      // Only a page may ask for it.
      await navigator.storage.persist();
      const room = await during("reading", (options) => engine.call("store.room", {}, options));
      if (room) set({ room });
    },
    purge: async () => {
      if (!(await during("freeing", (options) => engine.call("store.purge", {}, options)))) return;
      useRunStore.setState({ removed: [] });
      await get().read();
    },
    removeSource: async (contentId) => {
      await during("freeing", (options) => engine.call("store.removeSource", { contentId }, options));
      if (get().error === null) await get().read();
    },
    exportRuns: (runIds, weights) =>
      during("exporting", (options) =>
        engine.call("store.export", { runIds: runIds && [...runIds], weights }, options),
      ),
    importFile: async (file) => {
      const imported = await during("importing", (options) =>
        engine.call("store.import", { file, name: file.name }, options),
      );
      if (!imported) return;
      await get().read();
      set({ imported });
    },
    cancel: tasks.cancel,
    dismiss: () => set({ error: null, imported: null }),
  };
});
