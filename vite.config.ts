import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Cross-origin isolation: gives the worker SharedArrayBuffer, hence wasm threads, and precise timers. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  base: "./",
  plugins: [react()],
  worker: { format: "es" },
  build: { target: "es2023", chunkSizeWarningLimit: 4096 },
  server: { headers: isolation },
  preview: { headers: isolation, port: 4173 },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
    testTimeout: 60_000,
    server: { deps: { inline: [/@tensorflow/] } },
  },
});
