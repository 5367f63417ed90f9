import type { Call, EngineId, Reply } from "../protocol.ts";

const workers = new Map<EngineId, Worker>();

/** One call of a worker, which is made where it is not there yet; calls of different workers must not overlap. */
async function ask(engine: EngineId, call: Call): Promise<Reply> {
  const worker =
    workers.get(engine) ?? new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: engine });
  workers.set(engine, worker);
  return new Promise((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<Reply>) => resolve(data);
    worker.onerror = ({ message }) => resolve({ problem: message || "The worker could not be started." });
    worker.postMessage(call);
  });
}

Object.assign(globalThis, {
  ask,
  end: (engine: EngineId) => {
    workers.get(engine)?.terminate();
    workers.delete(engine);
  },
});
