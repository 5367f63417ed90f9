import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { build, type PreviewServer, preview } from "vite";
import { chromiumArguments, findChromium, type Gpu } from "./chromium.ts";
import { PROJECT } from "./project.ts";

const DIST = join(PROJECT, "dist", "index.html");

/** The built studio, served and open in a headless Chromium. */
export interface Studio {
  readonly page: Page;
  close(): Promise<void>;
}

/** Builds the studio where no build is newer than its sources. */
export async function ensureBuilt(): Promise<void> {
  if (existsSync(DIST) && statSync(DIST).mtimeMs > newestSource()) return;
  process.stderr.write("Building the studio…\n");
  await build({ root: PROJECT, logLevel: "warn" });
}

/** Serves the built studio on a free port. */
export async function serve(): Promise<{ server: PreviewServer; address: string }> {
  const server = await preview({ root: PROJECT, preview: { port: 4180, strictPort: false }, logLevel: "silent" });
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error("The built studio could not be served.");
  return { server, address };
}

/** Opens the built studio at a hash. @param gpu what the page sees of a GPU */
export async function openStudio(hash: string, gpu: Gpu): Promise<Studio> {
  await ensureBuilt();
  const { server, address } = await serve();
  let browser: Browser | null = null;
  const close = async (): Promise<void> => {
    await browser?.close();
    await server.close();
  };
  try {
    browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments(gpu) });
    const page = await browser.newPage();
    await page.goto(`${address}${hash}`);
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function newestSource(): number {
  const newest = (folder: string): number =>
    Math.max(
      0,
      ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
      }),
    );
  const files = ["index.html", "vite.config.ts", "package.json"].map((name) => statSync(join(PROJECT, name)).mtimeMs);
  return Math.max(...files, newest(join(PROJECT, "src")), newest(join(PROJECT, "public")));
}
