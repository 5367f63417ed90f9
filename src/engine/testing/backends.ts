import { startBackend } from "../tf.ts";

/** Backends on which the laws of the method are tested. */
export const TESTED_BACKENDS = ["cpu", "webgpu"] as const;
export type TestedBackend = (typeof TESTED_BACKENDS)[number];

/**
 * Makes a backend current under Vitest. WebGPU comes from Dawn for Node, which needs a Vulkan driver: `npm test`
 * points it to the one inside Chromium. Fails, rather than skips, where there is none.
 */
export async function useTestBackend(name: TestedBackend): Promise<void> {
  if (name === "webgpu") await installDawn();
  await startBackend(name);
}

async function installDawn(): Promise<void> {
  if ((globalThis.navigator as Navigator | undefined)?.gpu) return;
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  const navigator = { gpu: create([]), userAgent: "node", hardwareConcurrency: 2 };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
}
