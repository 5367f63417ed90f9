import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { chromium } from "@playwright/test";

/** Names under which a Chromium lies on the PATH. */
const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];

/** Where installers put it. */
const PLACES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ["/usr/lib/chromium/chromium", "/opt/google/chrome/chrome"],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"].flatMap((root) =>
    ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"].map((path) =>
      join(process.env[root] ?? "C:\\", path),
    ),
  ),
};

/**
 * The Chromium to use: REFRAIN_CHROMIUM, else one that is installed, else Playwright's own, else one installed now.
 * @throws Error saying what to do where none can be had
 */
export function findChromium(): string {
  const named = process.env.REFRAIN_CHROMIUM;
  if (named && !existsSync(named)) throw new Error(`REFRAIN_CHROMIUM names ${named}, which is not there.`);
  return named ?? installed() ?? installNow() ?? complain();
}

function installed(): string | null {
  const places = [...(PLACES[process.platform] ?? []), ...COMMANDS.flatMap(onPath), chromium.executablePath()];
  return places.find((place) => place && existsSync(place)) ?? null;
}

function onPath(command: string): string[] {
  const { stdout, status } = spawnSync(process.platform === "win32" ? "where" : "which", [command], {
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim().split("\n") : [];
}

/** Tries Playwright's download, then Debian's package. */
function installNow(): string | null {
  console.error("No Chromium found; trying to install one.");
  const attempts: [string, string[]][] = [["npx", ["playwright", "install", "--with-deps", "chromium"]]];
  const isRoot = process.getuid?.() === 0;
  if (isRoot && onPath("apt-get").length > 0)
    attempts.push(["sh", ["-c", "apt-get update -q && apt-get install -y -q chromium"]]);
  for (const [command, args] of attempts) {
    try {
      execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"], timeout: 600_000 });
    } catch {
      continue;
    }
    const found = installed();
    if (found) return found;
  }
  return null;
}

function complain(): never {
  throw new Error(
    "No Chromium was found, and none could be installed. Install Chrome, Chromium or Edge, or set REFRAIN_CHROMIUM to its path.",
  );
}

/** Whether pages see a GPU: the machine's own, an emulated one (slow, the same everywhere), or none. */
export type Gpu = "hardware" | "software" | "none";

/** The machine's own GPU where REFRAIN_GPU asks for it, else an emulated one. */
export const chosenGpu = (): Gpu => (process.env.REFRAIN_GPU === "hardware" ? "hardware" : "software");

/** Command line of a headless Chromium that does nothing of its own accord. */
export function chromiumArguments(gpu: Gpu): string[] {
  const webGpu: Record<Gpu, string[]> = {
    hardware: ["--enable-unsafe-webgpu", "--enable-features=Vulkan"],
    software: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
    none: ["--disable-gpu", "--disable-features=WebGPU,WebGPUService"],
  };
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  return [...webGpu[gpu], ...root, ...quiet];
}

/**
 * Environment in which Dawn for Node finds the software Vulkan driver that comes with Chromium on Linux. Elsewhere
 * Dawn finds the system's own.
 */
export function vulkanEnvironment(executable: string): NodeJS.ProcessEnv {
  const folders = [dirname(executable), "/usr/lib/chromium"];
  const folder = folders.find((candidate) => existsSync(join(candidate, "vk_swiftshader_icd.json")));
  if (process.platform !== "linux" || !folder) return {};
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return { LD_LIBRARY_PATH: libraries, VK_DRIVER_FILES: join(folder, "vk_swiftshader_icd.json") };
}
