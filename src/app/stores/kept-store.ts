import { create } from "zustand";
import type { ImportResult, KeptDocument, Room, SourceEntry } from "../../shared/kept/store-calls.ts";
import type { Arguments, CallName, Result } from "../../shared/protocol.ts";
import { asEngineError, engine, type Progress } from "../engine-client.ts";
import { merged } from "./run-entries.ts";
import { useRunStore } from "./run-store.ts";

/** What is being done with what is kept. */
export type KeptTask = "reading" | "exporting" | "importing" | "freeing";

export interface KeptState {
  /** False until the store was read for the first time. */
  known: boolean;
  /** False where a browser gives no lasting storage. */
  lasting: boolean;
  sources: readonly SourceEntry[];
  documents: readonly KeptDocument[];
  room: Room | null;
  /** What of the store could not be read. */
  problems: readonly string[];
  busy: { readonly task: KeptTask; readonly progress: Progress | null } | null;
  error: string | null;
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

let abort: AbortController | null = null;

export const useKeptStore = create<KeptState>()((set, get) => {
  /** One task at a time; its failure is told and changes nothing else. */
  const during = async <N extends CallName>(task: KeptTask, call: N, args: Arguments<N>): Promise<Result<N> | null> => {
    if (get().busy) return null;
    abort = new AbortController();
    set({ busy: { task, progress: null }, error: null, imported: null });
    const onProgress = (progress: Progress) => set({ busy: { task, progress } });
    try {
      return await engine.call(call, args, { signal: abort.signal, onProgress });
    } catch (error) {
      const { kind, message } = asEngineError(error);
      if (kind !== "cancelled") set({ error: message });
      return null;
    } finally {
      set({ busy: null });
    }
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
      set({ room: await during("reading", "store.room", {}) });
    },
    purge: async () => {
      if (!(await during("freeing", "store.purge", {}))) return;
      useRunStore.setState({ removed: [] });
      await get().read();
    },
    removeSource: async (contentId) => {
      if ((await during("freeing", "store.removeSource", { contentId })) === null && get().error) return;
      await get().read();
    },
    exportRuns: (runIds, weights) => during("exporting", "store.export", { runIds: runIds && [...runIds], weights }),
    importFile: async (file) => {
      const imported = await during("importing", "store.import", { file, name: file.name });
      if (!imported) return;
      await get().read();
      set({ imported });
    },
    cancel: () => abort?.abort(),
    dismiss: () => set({ error: null, imported: null }),
  };
});
