import type { Experiment } from "../../shared/experiment.ts";
import {
  type CheckpointEntry,
  figuresOf,
  nextRunName,
  type RunEntry,
  type SweepPlace,
} from "../../shared/kept/run-entry.ts";
import type { RunRecord } from "../../shared/run-record.ts";
import type { BackendChoice } from "../../shared/task.ts";
import { readEntry } from "./entries/format.ts";
import { RECORD_FORMAT } from "./entries/record-format.ts";
import type { KeptRun } from "./entries/run-format.ts";
import { putRun, RunEntries, TRAINING } from "./run-entries.ts";
import { type BlobName, wordsFor } from "./run-listing.ts";
import { StoreError } from "./store-error.ts";

/** A worker that was just ended lets go of its runs only after a moment. */
const LETTING_GO_MS = 3000;

/** What a run is begun with. `name` null: `Run` and the next number. */
export interface RunStart {
  readonly runId: string;
  readonly name: string | null;
  readonly experiment: Experiment;
  readonly backend: BackendChoice;
  readonly source: RunEntry["source"];
  readonly sweep: SweepPlace | null;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** What a run leaves behind. `model`: a model file; `predictions`: of the held-out items, in whatever form. */
export interface RunOutcome {
  readonly record: RunRecord;
  readonly model: Uint8Array<ArrayBuffer> | null;
  readonly predictions: Uint8Array<ArrayBuffer> | null;
}

/** Runs that are kept: each an entry, with its checkpoint, record, weights and predictions as blobs. */
export class Runs extends RunEntries {
  /** Keeps a new run, which this tab trains until it finishes, fails or is let go. */
  async begin({ name, ...start }: RunStart): Promise<RunEntry> {
    await this.#hold(start.runId, 0);
    try {
      await this.store.commit(`the run ${JSON.stringify(name ?? start.runId)}`, async () => {
        const known = await this.store.parts.catalogue.all("runs");
        if (known.some(({ key }) => key === start.runId))
          throw new StoreError("busy", `A run ${start.runId} is kept already.`);
        const run: KeptRun = {
          version: 1,
          ...start,
          name: name ?? nextRunName(known.map(({ value }) => ({ name: String((value as { name?: unknown }).name) }))),
          notes: "",
          tags: [],
          removedAt: null,
          failure: null,
          outcome: null,
          checkpoint: null,
          blobs: {},
        };
        return [putRun(run)];
      });
    } catch (error) {
      this.letGo(start.runId);
      throw error;
    }
    this.changed();
    return this.entry(start.runId);
  }

  /** Goes on with a run that was cut off or failed. @throws StoreError where another tab trains it, or it has ended */
  async resume(runId: string): Promise<RunEntry> {
    await this.#hold(runId, LETTING_GO_MS);
    try {
      await this.updateAll([runId], (run) => {
        if (run.removedAt) throw new StoreError("unknown", `${JSON.stringify(run.name)} was deleted. Undo that first.`);
        if (run.outcome) throw new StoreError("busy", `${JSON.stringify(run.name)} has ended already.`);
        return { ...run, failure: null };
      });
    } catch (error) {
      this.letGo(runId);
      throw error;
    }
    return this.entry(runId);
  }

  /** Ends the training of a run here, whose entry stays as it is. */
  letGo(runId: string): void {
    this.training.get(runId)?.();
    this.training.delete(runId);
  }

  /** Keeps a checkpoint in place of the former one. */
  async keepCheckpoint(
    runId: string,
    bytes: Uint8Array<ArrayBuffer>,
    checkpoint: Omit<CheckpointEntry, "bytes">,
  ): Promise<void> {
    this.#mustTrain(runId);
    await this.keep(runId, { checkpoint: bytes }, (run, refs) => ({
      ...run,
      checkpoint,
      blobs: { ...run.blobs, ...refs },
    }));
  }

  /** Keeps what a run came to; its checkpoint is dropped. */
  async finish(runId: string, { record, model, predictions }: RunOutcome): Promise<void> {
    this.#mustTrain(runId);
    const contents = {
      record: new TextEncoder().encode(JSON.stringify(record)),
      ...(model && { model }),
      ...(predictions && { predictions }),
    };
    const outcome = { status: record.status, figures: figuresOf(record) };
    await this.keep(runId, contents, (run, refs) => ({
      ...run,
      outcome,
      failure: null,
      checkpoint: null,
      blobs: refs,
    }));
    this.letGo(runId);
  }

  /** Keeps why a run failed, and its checkpoint, from which it can go on. */
  async fail(runId: string, reason: string): Promise<void> {
    this.#mustTrain(runId);
    await this.updateAll([runId], (run) => ({ ...run, failure: reason }));
    this.letGo(runId);
  }

  /** @throws StoreError where the run is unknown, or the checkpoint damaged */
  checkpoint(runId: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#bytes(runId, "checkpoint");
  }

  model(runId: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#bytes(runId, "model");
  }

  predictions(runId: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#bytes(runId, "predictions");
  }

  /** @throws StoreError where the run has not ended, or its record is damaged */
  async record(runId: string): Promise<RunRecord> {
    const bytes = await this.#bytes(runId, "record");
    const { name } = await this.get(runId);
    if (!bytes)
      throw new StoreError("unknown", `The run ${JSON.stringify(name)} has no record, since it has not ended.`);
    return readRecord(bytes, name);
  }

  async #hold(runId: string, waitMs: number): Promise<void> {
    if (this.training.has(runId)) throw new StoreError("busy", "This run is going on already.");
    const release = await this.store.parts.locks.hold(TRAINING + runId, "exclusive", waitMs);
    if (!release) throw new StoreError("busy", "This run is going on in another tab. Stop it there first.");
    this.training.set(runId, release);
  }

  #mustTrain(runId: string): void {
    if (!this.training.has(runId)) throw new StoreError("busy", `The run ${runId} is not trained in this tab.`);
  }

  async #bytes(runId: string, blob: BlobName): Promise<Uint8Array<ArrayBuffer> | null> {
    const run = await this.get(runId);
    const ref = run.blobs[blob];
    if (!ref) return null;
    return this.store.parts.blobs.bytes(ref, wordsFor(run, blob));
  }
}

/** @throws StoreError where it is none */
export function readRecord(bytes: Uint8Array, name: string): RunRecord {
  let json: unknown = null;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Told as a record without a version.
  }
  return readEntry(RECORD_FORMAT, json, name);
}
