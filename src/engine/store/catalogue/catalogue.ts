/** What entries are kept of. Features can always be computed anew. */
export const TABLES = ["runs", "sources", "documents", "features"] as const;
export type Table = (typeof TABLES)[number];

/** An entry that is to be written, or with the value null deleted. */
export interface Change {
  readonly table: Table;
  readonly key: string;
  readonly value: KeptValue | null;
}

/** What every entry has, of whatever version: so that no version frees what another one needs. */
export interface KeptValue {
  readonly version: number;
  /** The blobs that it refers to, each with what it is to the entry. */
  readonly blobs: Readonly<Record<string, { readonly hash: string; readonly bytes: number }>>;
}

/** The entries, in a browser's IndexedDB or in memory. A write is the commit point of all that is kept. */
export interface Catalogue {
  readonly lasting: boolean;
  get(table: Table, key: string): Promise<unknown>;
  all(table: Table): Promise<{ key: string; value: unknown }[]>;
  /** All or nothing. @throws DOMException `QuotaExceededError` where there is no more room */
  write(changes: readonly Change[]): Promise<void>;
  /** Those of the hashes that some entry refers to; of all there are, where none are given. */
  referred(hashes?: readonly string[]): Promise<Set<string>>;
}

/** Hashes of the blobs of an entry. */
export const hashesOf = (value: KeptValue): string[] => Object.values(value.blobs).map(({ hash }) => hash);
