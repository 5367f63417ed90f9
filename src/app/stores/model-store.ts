import { create } from "zustand";
import type { ModelSummary } from "../../shared/protocol.ts";
import { asEngineError, engine, type Progress } from "../engine-client.ts";
import { loseModel, useRunStore } from "./run-store.ts";

/** A model that was read from a file in this visit. */
export interface LoadedModel {
  runId: string;
  /** Name of its file. */
  name: string;
  summary: ModelSummary;
}

export interface ModelState {
  loaded: readonly LoadedModel[];
  /** What saving or loading is under way. */
  busy: "saving" | "loading" | "exporting" | null;
  /** How far an export has come. */
  progress: Progress | null;
  /** Why the last load or save failed, in the engine's words. */
  error: string | null;
  /** Reads a model's file and makes it the model to try. Where that fails everything stays as it was. */
  load: (file: File) => Promise<void>;
  /** The file of a run's or a loaded model, or null where it cannot be had (`error`). */
  save: (runId: string) => Promise<Uint8Array<ArrayBuffer> | null>;
  /** A zip of the whole model with this card, or null where it cannot be had (`error`) or was called off. */
  exportWhole: (runId: string, card: string) => Promise<Blob | null>;
  cancelExport: () => void;
  drop: (runId: string) => void;
  dismissError: () => void;
  /** The engine was replaced: loaded models are gone. */
  forget: () => void;
}

let exporting: AbortController | null = null;

export const useModelStore = create<ModelState>()((set, get) => ({
  loaded: [],
  busy: null,
  progress: null,
  error: null,
  load: async (file) => {
    if (get().busy) return;
    set({ busy: "loading", error: null });
    try {
      const runId = crypto.randomUUID();
      const summary = await engine.call("model.load", { file, name: file.name, runId });
      set(({ loaded }) => ({ loaded: [...loaded, { runId, name: file.name, summary }], busy: null }));
      useRunStore.getState().useModel(runId);
    } catch (error) {
      set({ busy: null, error: asEngineError(error).message });
    }
  },
  save: async (runId) => {
    if (get().busy) return null;
    set({ busy: "saving", error: null });
    try {
      const { bytes } = await engine.call("model.save", { runId });
      set({ busy: null });
      return bytes;
    } catch (error) {
      set({ busy: null, error: asEngineError(error).message });
      return null;
    }
  },
  exportWhole: async (runId, card) => {
    if (get().busy) return null;
    set({ busy: "exporting", error: null });
    exporting = new AbortController();
    const options = { signal: exporting.signal, onProgress: (progress: Progress) => set({ progress }) };
    try {
      return (await engine.call("model.export", { runId, card }, options)).zip;
    } catch (error) {
      const { kind, message } = asEngineError(error);
      if (kind !== "cancelled") set({ error: message });
      return null;
    } finally {
      set({ busy: null, progress: null });
    }
  },
  cancelExport: () => exporting?.abort(),
  drop: (runId) => {
    set(({ loaded }) => ({ loaded: loaded.filter((model) => model.runId !== runId) }));
    loseModel(runId);
    void engine.call("model.drop", { runId }).catch(() => undefined);
  },
  dismissError: () => set({ error: null }),
  forget: () => set({ loaded: [], busy: null }),
}));
