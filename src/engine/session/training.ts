import type { Experiment } from "../../shared/experiment.ts";
import type { ControlAction, RunEvent } from "../../shared/protocol.ts";
import type { BackendChoice } from "../../shared/task.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import { toEngineError } from "../errors.ts";
import type { Backbones } from "../features/backbones.ts";
import type { RunStart } from "../store/runs.ts";
import { causeOf } from "../train/device-guard.ts";
import { decodeLoopState } from "../train/loop-state-file.ts";
import type { Archive } from "./archive.ts";
import type { SettleBackend } from "./calibrate.ts";
import type { Datasets } from "./datasets.ts";
import { Run, type RunCheckpoint } from "./run.ts";
import type { RunKeeping } from "./run-keeping.ts";

/** What training needs of the session. */
export interface TrainingContext {
  readonly datasets: Datasets;
  readonly archive: Archive;
  readonly backbones: Backbones;
  readonly keeping: RunKeeping;
  readonly settle: SettleBackend;
  /** Makes a backend current. */
  take(backend: BackendChoice): Promise<unknown>;
  emit(runId: string, event: RunEvent): void;
  /** Called whenever a run has ended, however. */
  ended(): void;
}

/** What a run is started with. */
export interface TrainRequest {
  readonly runId: string;
  readonly experiment: Experiment;
  readonly backend: BackendChoice;
  readonly keep: (Pick<RunStart, "sweep"> & { readonly name: string }) | null;
}

/** The one run that goes on, if any: how it begins, is kept while it goes on, and ends. */
export class Training {
  #active: Run | null = null;
  /** What was wanted of runs that were asked for and have not begun. */
  readonly #early = new Map<string, ControlAction[]>();

  constructor(readonly context: TrainingContext) {}

  get active(): Run | null {
    return this.#active;
  }

  /** Acts on the run at once, past the queue of calls. */
  control(runId: string, action: ControlAction): void {
    const run = this.#active;
    if (run?.setup.runId !== runId) {
      this.#early.set(runId, [...(this.#early.get(runId) ?? []), action]);
      return;
    }
    run.control.act(action);
    if (action === "stop") run.cancelPreparation();
  }

  /** Begins a run on what is open. @throws Error where another goes on, or the data do not fit the experiment */
  async start({ runId, experiment, backend, keep }: TrainRequest, work: Work): Promise<Dataset> {
    this.#refuseSecond();
    const { datasets, keeping, take } = this.context;
    const dataset = await datasets.prepare(experiment, work);
    await take(backend);
    const { contentId, name: sourceName } = datasets.open.summary;
    const source = { name: sourceName, contentId };
    const startedAt = new Date().toISOString();
    const begin = keep && (() => keeping.begin({ runId, experiment, backend, source, startedAt, ...keep }));
    this.#begin({ runId, experiment, dataset }, begin);
    return dataset;
  }

  /**
   * Goes on with a run that was cut off, from its checkpoint; where it has none, from its beginning.
   * @throws Error where another goes on, the run is trained elsewhere, or what it needs is not here
   */
  async resume(runId: string, work: Work): Promise<Dataset> {
    this.#refuseSecond();
    // What was wanted of it before it was cut off is wanted no more.
    this.#early.delete(runId);
    const { datasets, keeping, take } = this.context;
    const { entry, checkpoint } = await keeping.resume(runId);
    try {
      const { experiment, source, backend } = entry;
      const dataset = await datasets.prepareOf(source.contentId, experiment, work);
      const resume = checkpoint && decodeLoopState(checkpoint, `The checkpoint of ${entry.name}`);
      // Frozen features come from where they came from: what was asked for, not what it settled on.
      await take(backend);
      this.#begin({ runId, experiment, dataset, ...(resume && { resume }) }, null);
      return dataset;
    } catch (error) {
      keeping.letGo(runId);
      throw error;
    }
  }

  #begin(
    setup: Pick<Run["setup"], "runId" | "experiment" | "dataset" | "resume">,
    begin: (() => Promise<void>) | null,
  ): void {
    const { settle, backbones, keeping } = this.context;
    const keep = (checkpoint: RunCheckpoint) => keeping.keepCheckpoint(setup.runId, checkpoint);
    const run = new Run({ ...setup, settle, backbones, keep });
    this.#active = run;
    for (const action of this.#early.get(setup.runId) ?? []) this.control(setup.runId, action);
    this.#early.clear();
    void this.#follow(run, begin);
  }

  #refuseSecond(): void {
    if (this.#active) throw new Error("Another run is going on; stop it first.");
  }

  async #follow(run: Run, begin: (() => Promise<void>) | null): Promise<void> {
    const { archive, keeping, emit, ended } = this.context;
    const { runId } = run.setup;
    /** What cannot be kept is told; the run goes on. */
    const keeps = async (work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        emit(runId, { kind: "not-kept", message: toEngineError(error).message });
      }
    };
    try {
      if (begin) await keeps(begin);
      for await (const event of run.events()) {
        const { result } = run;
        if (event.kind === "ended" && result) {
          archive.hold(result);
          await keeps(() => keeping.finish(result));
        }
        if (event.kind === "ended") this.#active = null;
        emit(runId, event);
      }
    } catch (error) {
      const cause = toEngineError(run.control.stopping ? error : await causeOf(error));
      await keeps(() => keeping.fail(runId, cause.message));
      this.#active = null;
      emit(runId, { kind: "failed", error: cause, record: null });
    } finally {
      this.#active = null;
      ended();
    }
  }
}
