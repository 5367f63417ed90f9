import { defineConfig } from "@playwright/test";
import { chromiumArguments, findChromium } from "../src/cli/chromium.ts";

const PORT = 4199;

/** The built studio in Chromium; WebGPU runs on a software adapter, so that the tests need no GPU. */
export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: "../test-results",
  workers: 1,
  timeout: 400_000,
  expect: { timeout: 120_000 },
  reporter: "list",
  forbidOnly: Boolean(process.env.CI),
  use: {
    baseURL: `http://localhost:${PORT}/`,
    trace: "retain-on-failure",
    launchOptions: { executablePath: findChromium(), args: chromiumArguments("software") },
  },
  webServer: {
    command: `npx --no-install vite preview --port ${PORT} --strictPort`,
    cwd: "..",
    port: PORT,
    reuseExistingServer: false,
  },
});
