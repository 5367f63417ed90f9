import { create } from "zustand";
import type { Experiment } from "../../shared/experiment.ts";
import type { Tuning } from "../../shared/plugins/tunings/index.ts";
import {
  type EncodingSpeed,
  HUB_ADDRESS,
  isNamed,
  type KeptModels,
  type ModelName,
  type PretrainedSummary,
  sameModel,
  type TrainedWeights,
} from "../../shared/pretrained.ts";
import type { NamedFile, Result } from "../../shared/protocol.ts";
import type { BackendChoice } from "../../shared/task.ts";
import { asEngineError, engine } from "../engine-client.ts";
import { oneTask, type TaskState } from "./one-task.ts";

const ADDRESS_KEY = "refrain-hub-address";

/** What is being done about a model. */
export type PretrainedTask = "looking" | "fetching" | "adding" | "measuring";

export interface PretrainedState extends TaskState<PretrainedTask> {
  /** What is on this machine; null until the engine has said. */
  kept: KeptModels | null;
  /** Models of repositories that were looked up in this visit. */
  looked: readonly PretrainedSummary[];
  /** Where repositories are fetched from. */
  address: string;
  setAddress: (address: string) => void;
  refresh: () => Promise<void>;
  /** Reads what a repository says of its model, but no weights. */
  look: (name: ModelName) => Promise<void>;
  /** Fetches a repository's model. */
  fetch: (name: ModelName) => Promise<void>;
  /** Keeps a model of the user's own files. */
  add: (files: readonly NamedFile[]) => Promise<PretrainedSummary | null>;
  remove: (name: ModelName) => Promise<void>;
  /** How many weights each way of tuning trains, for the model and the way at `of`. */
  trained: { readonly of: string; readonly counts: TrainedWeights } | null;
  /** Asks for them, where they are not known. */
  countTrained: (name: ModelName, tuning: Tuning) => Promise<void>;
  /** How fast models were found to encode in this visit, by their names. */
  speeds: Readonly<Record<string, EncodingSpeed>>;
  /** How fast a matrix product is here; null until it was asked for. */
  rate: Result<"backbone.rate"> | null;
  /** Times a matrix product, from which the speed of models that are not here follows, roughly. */
  measureRate: (backend: BackendChoice) => Promise<void>;
  /** Times the experiment's model on this machine. */
  measure: (experiment: Experiment, backend: BackendChoice) => Promise<void>;
  cancel: () => void;
  dismissError: () => void;
}

export const usePretrainedStore = create<PretrainedState>()((set, get) => {
  const { during, cancel } = oneTask<PretrainedTask>(get, set);

  return {
    kept: null,
    looked: [],
    busy: null,
    error: null,
    address: rememberedAddress(),
    setAddress: (address) => {
      set({ address, looked: [] });
      try {
        if (address === HUB_ADDRESS) localStorage.removeItem(ADDRESS_KEY);
        else localStorage.setItem(ADDRESS_KEY, address);
      } catch {
        // Without storage it holds for this visit.
      }
    },
    refresh: async () => {
      try {
        set({ kept: await engine.call("models.kept", {}) });
      } catch (error) {
        set({ error: asEngineError(error).message });
      }
    },
    look: async (name) => {
      const { address: base } = get();
      const found = await during("looking", (options) => engine.call("models.look", { ...name, base }, options));
      if (found) set(({ looked }) => ({ looked: [...looked.filter((model) => !sameModel(model, found)), found] }));
    },
    fetch: async (name) => {
      const { address: base } = get();
      const found = await during("fetching", (options) => engine.call("models.fetch", { ...name, base }, options));
      if (found) await get().refresh();
    },
    add: async (files) => {
      const found = await during("adding", (options) => engine.call("models.add", { files: [...files] }, options));
      if (found) await get().refresh();
      return found;
    },
    remove: async ({ source, revision }) => {
      try {
        set({ kept: await engine.call("models.delete", { source, revision }), error: null });
      } catch (error) {
        set({ error: asEngineError(error).message });
      }
    },
    trained: null,
    countTrained: async ({ source, revision }, tuning) => {
      const of = trainedKey({ source, revision }, tuning);
      if (get().trained?.of === of) return;
      try {
        const counts = await engine.call("models.trained", { source, revision, tuning });
        set({ trained: { of, counts } });
      } catch (error) {
        set({ trained: null, error: asEngineError(error).message });
      }
    },
    speeds: {},
    rate: null,
    measureRate: async (backend) => {
      try {
        set({ rate: await engine.call("backbone.rate", { backend }) });
      } catch {
        // An estimate may be missing.
        set({ rate: null });
      }
    },
    measure: async (experiment, backend) => {
      const { backbone } = experiment;
      if (backbone.id !== "transformer") return;
      const speed = await during("measuring", (options) =>
        engine.call("backbone.measure", { experiment, backend }, options),
      );
      if (speed) set(({ speeds }) => ({ speeds: { ...speeds, [speedKey(backbone)]: speed } }));
    },
    cancel,
    dismissError: () => set({ error: null }),
  };
});

function rememberedAddress(): string {
  try {
    return localStorage.getItem(ADDRESS_KEY) ?? HUB_ADDRESS;
  } catch {
    return HUB_ADDRESS;
  }
}

/** What {@link PretrainedState.trained} is of. */
export const trainedKey = ({ source, revision }: ModelName, tuning: Tuning): string =>
  JSON.stringify([source, revision, tuning]);

/** Under which {@link PretrainedState.speeds} holds a model. */
export const speedKey = ({ source, revision }: ModelName): string => `${source}@${revision}`;

/** The model of a name on this machine; null where it is not there, or not yet known to be. */
export const keptModel = (kept: KeptModels | null, name: ModelName): PretrainedSummary | null =>
  kept?.models.find((model) => isNamed(model, name)) ?? null;
