import type { Call, EngineId, Reply, Run } from "../protocol.ts";
import type { Engine, Session } from "./engine.ts";
import { countsBetween, countWebGpu, gpuCounts } from "./gpu-counts.ts";
import { taskData } from "./task-data.ts";

const LOADERS: Record<EngineId, () => Promise<Engine>> = {
  "refrain-webgpu": async () => (await import("./refrain/refrain-engine.ts")).startRefrain("fast"),
  "refrain-webgpu-eager": async () => (await import("./refrain/refrain-engine.ts")).startRefrain("eager"),
  "refrain-webgpu-captured": async () => (await import("./refrain/refrain-engine.ts")).startRefrain("captured"),
  "refrain-webgpu-recorded": async () => (await import("./refrain/refrain-engine.ts")).startRefrain("recorded"),
  "refrain-auto": async () => (await import("./refrain/refrain-engine.ts")).startRefrainAuto(),
  "tfjs-fit": async () => (await import("./tfjs/fit-engine.ts")).startFit(),
  "tfjs-webgpu": async () => (await import("./tfjs/tfjs-engine.ts")).startTfjs("webgpu"),
  "tfjs-webgl": async () => (await import("./tfjs/tfjs-engine.ts")).startTfjs("webgl"),
  "tfjs-wasm": async () => (await import("./tfjs/tfjs-engine.ts")).startTfjs("wasm"),
  "tfjs-cpu": async () => (await import("./tfjs/tfjs-engine.ts")).startTfjs("cpu"),
  "jax-webgpu": async () => (await import("./jax/jax-engine.ts")).startJax("webgpu"),
  "jax-wasm": async () => (await import("./jax/jax-engine.ts")).startJax("wasm"),
};

countWebGpu();
let engine: Engine | null = null;
let session: Session | null = null;

// A worker's name is the engine it is for.
const name = self.name as EngineId;

self.onmessage = async ({ data }: MessageEvent<Call>) => {
  let reply: Reply;
  try {
    reply = { value: await answer(data) };
  } catch (error) {
    reply = { problem: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(reply);
};

async function answer(call: Call): Promise<unknown> {
  if (call.type === "start") {
    engine = await LOADERS[name]();
    return engine.about;
  }
  if (!engine) throw new Error(`${name} has not been started.`);
  switch (call.type) {
    case "prepare":
      session?.dispose();
      session = null;
      session = await engine.prepare(taskData(call));
      return session.about ?? null;
    case "run":
      return run(call.steps);
    case "multiply":
      return multiply(engine, call.size, call.times);
    default:
      return call satisfies never;
  }
}

async function run(steps: number): Promise<Run> {
  if (!session) throw new Error("Nothing has been prepared.");
  const before = gpuCounts();
  const started = performance.now();
  const figures = await session.run(steps);
  const ms = performance.now() - started;
  return { ...figures, ms, counts: countsBetween(before, gpuCounts()), way: session.way?.() ?? null };
}

async function multiply({ multiply }: Engine, size: number, times: number): Promise<number> {
  if (!multiply) throw new Error(`${name} has no product of its own.`);
  await multiply(size, 1);
  const started = performance.now();
  await multiply(size, times);
  return (performance.now() - started) / 1000 / times;
}
