import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { StoreError } from "../store-error.ts";
import { type Catalogue, hashesOf, type KeptValue, TABLES, type Table } from "./catalogue.ts";

const NAME = "refrain";
/** Of the tables and indexes; entries have versions of their own. */
const VERSION = 1;

/** An entry, with its key and, for the index, its hashes: neither changes its form with an entry's version. */
interface Row {
  key: string;
  hashes: string[];
  value: unknown;
}

type Schema = DBSchema & { [T in Table]: { key: string; value: Row; indexes: { hashes: string } } };

/**
 * Entries in IndexedDB.
 * @throws StoreError where a newer version of the studio made the database; Error where the browser gives none
 */
export async function databaseCatalogue(name = NAME): Promise<Catalogue> {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  const database = (): Promise<IDBPDatabase<Schema>> => {
    opened ??= open(name, () => {
      opened = null;
    });
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };
  await database();
  return {
    lasting: true,
    get: async (table, key) => (await (await database()).get(table, key))?.value,
    all: async (table) => (await (await database()).getAll(table)).map(({ key, value }) => ({ key, value })),
    async write(changes) {
      const tables = [...new Set(changes.map(({ table }) => table))];
      if (tables.length === 0) return;
      const transaction = (await database()).transaction(tables, "readwrite", { durability: "strict" });
      const writes: Promise<unknown>[] = [];
      try {
        for (const { table, key, value } of changes) {
          const store = transaction.objectStore(table);
          writes.push(value ? store.put(rowOf(key, value)) : store.delete(key));
        }
      } catch (error) {
        // What cannot be stored throws at once, which by itself would leave the earlier ones to be committed.
        transaction.abort();
        await Promise.allSettled([...writes, transaction.done]);
        throw error;
      }
      await settled([...writes, transaction.done]);
    },
    async referred(hashes) {
      const transaction = (await database()).transaction([...TABLES]);
      const found = new Set<string>();
      for (const table of TABLES) {
        const index = transaction.objectStore(table).index("hashes");
        if (hashes) for (const hash of hashes) if ((await index.count(hash)) > 0) found.add(hash);
        if (hashes) continue;
        for (let at = await index.openKeyCursor(); at; at = await at.continue()) found.add(at.key);
      }
      return found;
    },
  };
}

const rowOf = (key: string, value: KeptValue): Row => ({ key, hashes: hashesOf(value), value });

/** All of a transaction's promises, so that none is left without an ear where it fails. */
async function settled(promises: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).filter((result) => result.status === "rejected");
  // The last is the transaction's own, which knows why the others failed.
  if (failed.length > 0) throw failed.at(-1)?.reason;
}

async function open(name: string, closed: () => void): Promise<IDBPDatabase<Schema>> {
  try {
    const database = await openDB<Schema>(name, VERSION, {
      upgrade(database, from) {
        if (from < 1)
          for (const table of TABLES)
            database.createObjectStore(table, { keyPath: "key" }).createIndex("hashes", "hashes", { multiEntry: true });
      },
      // A newer version in another tab waits for this one to let go.
      blocking() {
        database.close();
        closed();
      },
      terminated: closed,
    });
    return database;
  } catch (error) {
    if (!(error instanceof Error && error.name === "VersionError")) throw error;
    throw new StoreError(
      "newer",
      "What is kept here was kept by a newer version of Refrain and is left as it is. Reload the page to get that version.",
      { cause: error },
    );
  }
}
