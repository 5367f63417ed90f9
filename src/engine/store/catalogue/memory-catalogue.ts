import { type Catalogue, hashesOf, type KeptValue, TABLES, type Table } from "./catalogue.ts";

/** Entries that last as long as the tab. */
export function memoryCatalogue(): Catalogue {
  const tables = Object.fromEntries(TABLES.map((table) => [table, new Map<string, KeptValue>()])) as Record<
    Table,
    Map<string, KeptValue>
  >;
  return {
    lasting: false,
    get: async (table, key) => structuredClone(tables[table].get(key)),
    all: async (table) => [...tables[table]].map(([key, value]) => ({ key, value: structuredClone(value) })),
    async write(changes) {
      for (const { table, key, value } of structuredClone(changes)) {
        if (value) tables[table].set(key, value);
        else tables[table].delete(key);
      }
    },
    async referred(hashes) {
      const all = new Set(TABLES.flatMap((table) => [...tables[table].values()].flatMap(hashesOf)));
      return hashes ? new Set(hashes.filter((hash) => all.has(hash))) : all;
    },
  };
}
