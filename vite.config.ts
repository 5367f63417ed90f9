import { availableParallelism } from "node:os";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Cross-origin isolation: gives the worker SharedArrayBuffer, hence wasm threads, and precise timers. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * tfjs runs its wasm threads from the source text of its loader function, which must therefore stand alone. One
 * variable outside of it, guarded by a typeof that minifying takes away, makes every thread fail; a global does not.
 */
export const wasmThreads: Plugin = {
  name: "wasm-threads",
  transform(code, id) {
    if (!id.includes("tfjs-backend-wasm-threaded-simd.js")) return null;
    return code
      .replaceAll("var _scriptDir", "globalThis._scriptDir")
      .replaceAll(/(?<!\.)_scriptDir/g, "globalThis._scriptDir");
  },
};

/** Weight shards have no extension, and some file systems and servers refuse a name that ends in a dot. */
const assetFileNames = ({ names }: { names: readonly string[] }): string =>
  names.every((name) => name.includes(".")) ? "assets/[name]-[hash][extname]" : "assets/[name]-[hash].bin";

export default defineConfig({
  base: "./",
  plugins: [react(), wasmThreads],
  worker: { format: "es", plugins: () => [wasmThreads], rolldownOptions: { output: { assetFileNames } } },
  build: { target: "es2023", chunkSizeWarningLimit: 4096 },
  server: { headers: isolation },
  preview: { headers: isolation, port: 4173 },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
    // Those on WebGPU wait for an emulated device most of the time, so two files go side by side even on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    server: { deps: { inline: [/@tensorflow/] } },
    // Node's own builds of tfjs are written in ES5, which is slower than the modules that browsers get. Each is one file,
    // and the gradients, hundreds of modules for every test file to load, are bundled into one.
    alias: [
      {
        find: /^@tensorflow\/tfjs-(core|backend-cpu|backend-webgpu|layers|converter)$/,
        replacement: "@tensorflow/tfjs-$1/dist/tf-$1.fesm.js",
      },
    ],
    deps: { optimizer: { ssr: { enabled: true, include: ["@tensorflow/tfjs-core/dist/register_all_gradients"] } } },
  },
});
