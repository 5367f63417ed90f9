import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { build, type PreviewServer, preview } from "vite";
import { chosenGpu, chromiumArguments, findChromium } from "../../../src/cli/chromium.ts";
import { PROJECT } from "../../../src/cli/project.ts";
import { isolation, wasmThreads } from "../../../vite.config.ts";
import type { Answers, Call, EngineId, Reply } from "./protocol.ts";

/** The page with a worker for each engine, built, served and open in a headless Chromium. */
export interface BenchPage {
  /** As the browser names it; null where it has none. */
  readonly adapter: string | null;
  /** @throws Error with the engine's own words where it cannot do it */
  ask<T extends Call["type"]>(engine: EngineId, call: Extract<Call, { type: T }>): Promise<Answers[T]>;
  /** Ends an engine's worker, and with it all that it holds; the next call starts a new one. */
  end(engine: EngineId): Promise<void>;
  close(): Promise<void>;
}

export async function openBenchPage(): Promise<BenchPage> {
  const outDir = mkdtempSync(join(tmpdir(), "refrain-peers-"));
  let server: PreviewServer | null = null;
  let browser: Browser | null = null;
  const close = async (): Promise<void> => {
    await browser?.close();
    await server?.close();
    rmSync(outDir, { recursive: true, force: true });
  };
  try {
    await buildPage(outDir);
    server = await preview({
      configFile: false,
      root: outDir,
      build: { outDir },
      preview: { port: 4190, strictPort: false, headers: isolation },
      logLevel: "silent",
    });
    const address = server.resolvedUrls?.local[0];
    if (!address) throw new Error("The page of the bench could not be served.");
    browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments(chosenGpu()) });
    const page = await browser.newPage();
    if (process.env.REFRAIN_BENCH_LOG) page.on("console", (message) => process.stderr.write(`${message.text()}\n`));
    await page.goto(address);
    return {
      adapter: await page.evaluate(adapterName),
      ask: (engine, call) => ask(page, engine, call),
      end: (engine) => end(page, engine),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function adapterName(): Promise<string | null> {
  const gpu = (navigator as { gpu?: GpuAccess }).gpu;
  const info = (await gpu?.requestAdapter({ powerPreference: "high-performance" }))?.info;
  return info ? info.description || [info.vendor, info.architecture].filter(Boolean).join(" ") : null;
}

/** The part of WebGPU that names an adapter; its full types are those of workers here. */
interface GpuAccess {
  requestAdapter(options: object): Promise<{ info: Record<"description" | "vendor" | "architecture", string> } | null>;
}

async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: join(PROJECT, "e2e", "bench", "peers", "page"),
    base: "./",
    plugins: [wasmThreads],
    worker: { format: "es", plugins: () => [wasmThreads] },
    build: { outDir, emptyOutDir: true, target: "es2023", chunkSizeWarningLimit: 8192 },
    logLevel: "warn",
  });
}

const end = (page: Page, engine: EngineId): Promise<void> =>
  page.evaluate((name) => (globalThis as unknown as { end(name: string): void }).end(name), engine);

async function ask<T extends Call["type"]>(
  page: Page,
  engine: EngineId,
  call: Extract<Call, { type: T }>,
): Promise<Answers[T]> {
  const reply = await page.evaluate(
    ([name, what]) => (globalThis as unknown as { ask(name: string, what: unknown): Promise<Reply> }).ask(name, what),
    [engine, call] as const,
  );
  if ("problem" in reply) throw new Error(reply.problem);
  return reply.value as Answers[T];
}
