import type { ExportResult, ImportResult, Room, StoreContent } from "../../shared/kept/store-calls.ts";
import type { Work } from "../data/dataset.ts";
import { Documents } from "./documents.ts";
import { type ExportChoice, exportKept } from "./exchange/export.ts";
import { importKept } from "./exchange/import.ts";
import { KeptStore, type StoreParts } from "./kept-store.ts";
import type { KeptSubjects } from "./kept-subjects.ts";
import { Runs } from "./runs.ts";
import { Sources } from "./sources.ts";

/** The browser's word on room, where it gives one. */
export type StorageRoom = Pick<StorageManager, "estimate" | "persisted">;

/** Everything that is kept between visits: runs, the data they were trained on, and documents of the page's. */
export class RunStore implements KeptSubjects {
  readonly kept: KeptStore;
  readonly runs: Runs;
  readonly sources: Sources;
  readonly documents: Documents;

  /**
   * @param storage null where the browser does not tell of room
   * @param problem why nothing that was kept before can be used; null where it can
   */
  constructor(
    parts: StoreParts,
    readonly storage: StorageRoom | null,
    readonly problem: string | null = null,
  ) {
    this.kept = new KeptStore(parts);
    this.runs = new Runs(this.kept);
    this.sources = new Sources(this.kept);
    this.documents = new Documents(this.kept);
  }

  /** Opens the store; where no other tab has it open, what was deleted and what nothing refers to is freed first. */
  async open(): Promise<this> {
    await this.kept.open(async () => {
      await this.purge();
    });
    return this;
  }

  /** All that is kept, and what is wrong with any of it. */
  async read(): Promise<StoreContent> {
    const runs = await this.runs.list();
    const sources = await this.sources.list();
    const documents = await this.documents.list();
    const own = this.problem === null ? [] : [this.problem];
    return {
      lasting: this.kept.lasting,
      runs: runs.entries,
      sources: sources.entries,
      documents: documents.documents,
      room: await this.room(),
      problems: [...own, ...runs.problems, ...sources.problems, ...documents.problems],
    };
  }

  /** Bytes that this site takes and may take. */
  async room(): Promise<Room | null> {
    if (!this.storage) return null;
    const persistent = await this.storage.persisted();
    const { usage, quota } = await this.storage.estimate();
    return usage === undefined || quota === undefined ? null : { usage, quota, persistent };
  }

  /** Frees runs that were taken out of the list, and data that no run refers to. @returns the bytes of it */
  async purge(): Promise<number> {
    const runs = await this.runs.purge();
    const { problems } = await this.runs.readAll();
    // A run that cannot be read may refer to any data.
    if (problems.length > 0) return runs;
    const wanted = async () => new Set((await this.runs.readAll()).runs.map(({ source }) => source.contentId));
    return runs + (await this.sources.purge(wanted));
  }

  export(choice: ExportChoice, work: Work): Promise<ExportResult> {
    return exportKept(this, choice, work);
  }

  import(file: Blob, name: string, work: Work): Promise<ImportResult> {
    return importKept(this, file, name, work);
  }
}
