import type { Documents } from "./documents.ts";
import type { KeptStore } from "./kept-store.ts";
import type { Runs } from "./runs.ts";
import type { Sources } from "./sources.ts";

/** All that is kept, by subject. */
export interface KeptSubjects {
  readonly kept: KeptStore;
  readonly runs: Runs;
  readonly sources: Sources;
  readonly documents: Documents;
}
