import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { saveModel } from "../export/trained-model.ts";
import type { RunStart, Runs } from "../store/runs.ts";
import { writeHeldOut } from "./held-out-file.ts";
import type { RunCheckpoint } from "./run.ts";
import type { FinishedRun } from "./run-result.ts";

/** A run as the page lists it, and the bytes of its checkpoint. */
export interface CutOffRun {
  readonly entry: RunEntry;
  readonly checkpoint: Uint8Array<ArrayBuffer> | null;
}

/** Keeps the run that trains, from its beginning to its record. Every failure to keep something is the caller's to tell. */
export class RunKeeping {
  /** Runs that have an entry and are held by this tab. */
  readonly #kept = new Set<string>();

  /** @param keepSource keeps the data that a run is of, where they are not kept already */
  constructor(
    readonly runs: () => Promise<Runs>,
    readonly keepSource: (contentId: string) => Promise<void>,
  ) {}

  /** Keeps the entry, then the data. @throws StoreError where there is no room */
  async begin(start: RunStart): Promise<void> {
    await (await this.runs()).begin(start);
    this.#kept.add(start.runId);
    await this.keepSource(start.source.contentId);
  }

  /** @throws StoreError where the run is trained elsewhere, has ended, or its checkpoint is damaged */
  async resume(runId: string): Promise<CutOffRun> {
    const runs = await this.runs();
    const entry = await runs.resume(runId);
    this.#kept.add(runId);
    try {
      return { entry, checkpoint: await runs.checkpoint(runId) };
    } catch (error) {
      this.letGo(runId);
      throw error;
    }
  }

  /** @throws StoreError where there is no room; the one before stays */
  async keepCheckpoint(runId: string, { bytes, ...place }: RunCheckpoint): Promise<void> {
    if (!this.#kept.has(runId))
      throw new Error("The run could not be kept from its beginning, so it has no checkpoints.");
    await (await this.runs()).keepCheckpoint(runId, bytes, { ...place, at: new Date().toISOString() });
  }

  /** Keeps the record, the weights and what the model says of the held-out items. */
  async finish({ runId, record, model, heldOut, history }: FinishedRun): Promise<void> {
    if (!this.#kept.delete(runId) || !record) return;
    const runs = await this.runs();
    try {
      const predictions = heldOut && writeHeldOut({ heldOut, history });
      await runs.finish(runId, { record, model: saveModel(model), predictions });
    } finally {
      runs.letGo(runId);
    }
  }

  /** Keeps why a run came to nothing; its checkpoint stays. */
  async fail(runId: string, reason: string): Promise<void> {
    if (!this.#kept.delete(runId)) return;
    const runs = await this.runs();
    try {
      await runs.fail(runId, reason);
    } finally {
      runs.letGo(runId);
    }
  }

  /** Lets another tab go on with a run that did not begin here. */
  letGo(runId: string): void {
    this.#kept.delete(runId);
    void this.runs().then((runs) => runs.letGo(runId));
  }
}
