import type { KeptDocument } from "../../shared/kept/store-calls.ts";
import type { Change } from "./catalogue/catalogue.ts";
import { readEntry } from "./entries/format.ts";
import { DOCUMENT_FORMAT, type KeptDocumentEntry } from "./entries/source-format.ts";
import type { KeptStore } from "./kept-store.ts";
import { StoreError } from "./store-error.ts";

/** Documents of the page's own: their content is the page's to read. */
export class Documents {
  constructor(readonly store: KeptStore) {}

  /** Keeps a document in place of the former one of its kind and id. */
  async keep(document: KeptDocument): Promise<void> {
    const entry = readEntry(DOCUMENT_FORMAT, entryOf(document), document.id);
    await this.store.commit(`the ${document.kind} ${JSON.stringify(document.id)}`, async () => [putDocument(entry)]);
    this.store.parts.changed("runs");
  }

  async remove(kind: KeptDocument["kind"], id: string): Promise<void> {
    await this.store.commit("nothing", async () => [{ table: "documents", key: keyOf({ kind, id }), value: null }]);
    this.store.parts.changed("runs");
  }

  async list(): Promise<{ documents: KeptDocument[]; problems: string[] }> {
    const documents: KeptDocument[] = [];
    const problems: string[] = [];
    for (const { key, value } of await this.store.parts.catalogue.all("documents")) {
      try {
        documents.push(documentOf(readEntry(DOCUMENT_FORMAT, value, key)));
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        problems.push(error.message);
      }
    }
    return { documents, problems };
  }
}

export const keyOf = ({ kind, id }: Pick<KeptDocument, "kind" | "id">): string => `${kind}/${id}`;

export const putDocument = (entry: KeptDocumentEntry): Change => ({
  table: "documents",
  key: keyOf(entry),
  value: entry as Change["value"],
});

export const entryOf = ({ kind, id, version, content }: KeptDocument): KeptDocumentEntry => ({
  version: 1,
  kind,
  id,
  contentVersion: version,
  content,
  blobs: {},
});

const documentOf = ({ kind, id, contentVersion, content }: KeptDocumentEntry): KeptDocument => ({
  kind,
  id,
  version: contentVersion,
  content,
});
