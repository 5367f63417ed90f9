import { createRequire } from "node:module";
import { dirname } from "node:path";
import { startBackend, tf } from "../tf.ts";

/** Backends on which the laws of the method are tested. */
export const TESTED_BACKENDS = ["cpu", "webgpu"] as const;

/** Ways to train on which they are tested: eagerly on each backend, and as fast as WebGPU allows. */
export const TESTED_PATHS = [
  { backend: "cpu", path: "eager" },
  { backend: "webgpu", path: "eager" },
  { backend: "webgpu", path: "fast" },
] as const;

/**
 * Makes a backend current under Vitest. WebGPU comes from Dawn for Node, which needs a Vulkan driver: `npm test`
 * points it to the one inside Chromium. Fails, rather than skips, where there is none.
 */
export async function startTestBackend(name: (typeof TESTED_BACKENDS)[number] | "wasm"): Promise<void> {
  if (name === "wasm") return startWasm();
  if (name === "webgpu") await installDawn();
  await startBackend(name);
}

/** The wasm backend reads its files by URL; here they lie in the package's folder. */
async function startWasm(): Promise<void> {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const { registerWasmGradients } = await import("../kernels/wasm-gradients.ts");
  setWasmPaths(`${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  registerWasmGradients();
  if (!(await tf.setBackend("wasm"))) throw new Error("The wasm backend could not be started in Node.");
}

async function installDawn(): Promise<void> {
  if ((globalThis.navigator as Navigator | undefined)?.gpu) return;
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  const navigator = { gpu: create([]), userAgent: "node", hardwareConcurrency: 2 };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
}
