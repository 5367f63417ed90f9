import type { StoreCalls } from "../../shared/kept/store-calls.ts";
import type { RunStore } from "../store/run-store.ts";
import type { Handlers } from "./handlers.ts";

/** How a session answers calls about what is kept. They touch no backend, and wait for no run. */
export const storeHandlers = (open: () => Promise<RunStore>): Pick<Handlers, keyof StoreCalls> => ({
  "store.read": async () => (await open()).read(),
  "store.room": async () => (await open()).room(),
  "store.annotate": async ({ runId, ...said }) => {
    await (await open()).runs.annotate(runId, said);
    return null;
  },
  "store.remove": async ({ runIds }) => {
    await (await open()).runs.remove(runIds, new Date());
    return null;
  },
  "store.putBack": async ({ runIds }) => (await open()).runs.putBack(runIds),
  "store.purge": async () => ({ bytes: await (await open()).purge() }),
  "store.removeSource": async ({ contentId }) => {
    await (await open()).sources.remove(contentId);
    return null;
  },
  "store.record": async ({ runId }) => (await open()).runs.record(runId),
  "store.keepDocument": async ({ document }) => {
    await (await open()).documents.keep(document);
    return null;
  },
  "store.removeDocument": async ({ kind, id }) => {
    await (await open()).documents.remove(kind, id);
    return null;
  },
  "store.export": async (choice, work) => (await open()).export(choice, work),
  "store.import": async ({ file, name }, work) => (await open()).import(file as globalThis.Blob, name, work),
});
