import type { DataSource, OpenableSource } from "../../shared/protocol.ts";
import { filesOf } from "../data/content-id.ts";
import type { Source, Work } from "../data/dataset.ts";
import { openSource } from "../data/open.ts";
import type { SourceSettings, Sources } from "../store/sources.ts";

/** Rows of a table that are kept, unless a call says otherwise. */
const DEFAULT_MAX_ROWS = 200_000;

/** How data are to be opened. */
export interface OpenWish {
  readonly source: DataSource;
  readonly skipBad: boolean;
  readonly maxRows?: number;
}

/** Opens data from where they are brought or from where they are kept, and keeps those that a run is of. */
export class KeptData {
  /** What was opened last, and how, so that it can be kept. */
  #opened: { contentId: string; name: string; source: OpenableSource; settings: SourceSettings } | null = null;

  constructor(readonly sources: () => Promise<Sources>) {}

  /** @throws DataError, or StoreError where data are not kept here */
  async open({ source, skipBad, maxRows }: OpenWish, work: Work): Promise<Source> {
    if (source.kind === "kept") return this.openKept(source.contentId, work);
    const settings = { skipBad, maxRows: maxRows ?? null };
    const opened = await openSource(source, options(settings), work);
    const { contentId, name } = opened.summary;
    this.#opened = { contentId, name, source, settings };
    return opened;
  }

  /** Opens what was kept as it was opened then, so that its runs go on with the same rows. @throws StoreError */
  async openKept(contentId: string, work: Work): Promise<Source> {
    const { source, settings } = await (await this.sources()).source(contentId);
    return openSource(source, options(settings ?? { skipBad: false, maxRows: null }), work);
  }

  /** Keeps what was opened last, where it has this content and is no built-in sample. @throws StoreError */
  async keep(contentId: string): Promise<void> {
    const opened = this.#opened;
    const files = opened?.contentId === contentId ? filesOf(opened.source) : null;
    if (!opened || !files) return;
    await (await this.sources()).keep(contentId, opened.name, files, opened.settings, new Date());
  }
}

const options = ({ skipBad, maxRows }: SourceSettings) => ({ skipBad, maxRows: maxRows ?? DEFAULT_MAX_ROWS });
