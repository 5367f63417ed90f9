import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { chosenGpu } from "../../src/cli/chromium.ts";
import { openStudio } from "../../src/cli/studio.ts";
import { writeImages, writeNumbers, writeTexts } from "./large-files.ts";
import { MAIN_THREAD_COLUMNS, type MainThread, mainThreadCells, watchMainThread } from "./main-thread.ts";
import { type BenchContext, type BenchResult, passOrFail } from "./result.ts";

interface Case {
  readonly file: string;
  readonly write: (path: string) => Promise<void>;
  /** Encoding texts for a frozen backbone takes far longer than opening them, and is no matter of size alone. */
  readonly trains: boolean;
  /** What the page has to answer where the file cannot be used; left out where it can. */
  readonly refusal?: RegExp;
}

const CASES: readonly Case[] = [
  { file: "numbers.csv", write: (path) => writeNumbers(path, 1_000_000, 8), trains: true },
  { file: "texts.csv", write: (path) => writeTexts(path, 1_000_000), trains: false },
  { file: "images.zip", write: (path) => writeImages(path, 20_000, 10), trains: true },
  {
    file: "classes.csv",
    write: (path) => writeNumbers(path, 20_000, 2_000),
    trains: false,
    refusal: /classes\.csv.*2000 different labels for 20000 items\. At most 1000 classes/,
  },
];

const GOALS = { longestCpuMs: 100, cancelMs: 500 } as const;
const OPEN_MS = 300_000;

interface Cancelled {
  /** Until the page has let go of the file. */
  readonly pageMs: number;
  /** Until the engine has opened another data set, Iris, instead. */
  readonly engineMs: number;
}

interface Outcome extends MainThread {
  readonly file: string;
  readonly fileBytes: number;
  /** From choosing the file to its first rows on the page, and on to a data set ready to be trained on. */
  readonly openMs: number;
  readonly prepareMs: number;
  /** What the page says of the rows it keeps. */
  readonly said: string;
  /** From pressing Cancel while the file is read; null where it was read too soon to be cancelled. */
  readonly cancelled: Cancelled | null;
  /** From pressing Train to the loss of a first step; null where nothing is trained. */
  readonly firstLossMs: number | null;
  /** Largest resident memory of a page's process, its worker included; null where the system does not tell. */
  readonly peakResidentBytes: number | null;
  readonly problem: string | null;
}

/** Opens files that are too large to be kept whole, in the page as a person would. */
export async function large({ tell }: BenchContext): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), "refrain-large-"));
  const outcomes: Outcome[] = [];
  try {
    for (const one of CASES) {
      const path = join(folder, one.file);
      await one.write(path);
      tell(`large: wrote ${one.file}, ${megabytes(statSync(path).size)} MB`);
      outcomes.push(await openLarge(path, one));
      rmSync(path);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const refusals = new Map(CASES.map(({ file, refusal }) => [file, refusal]));
  const answered = ({ file, problem }: Outcome): boolean => {
    const refusal = refusals.get(file);
    return refusal ? refusal.test(problem ?? "") : problem === null;
  };
  const goalsMet = (one: Outcome): boolean =>
    answered(one) && one.longestCpuMs <= GOALS.longestCpuMs && (one.cancelled?.pageMs ?? 0) <= GOALS.cancelMs;
  return {
    columns: [
      "file",
      "MB",
      "open s",
      "prepare s",
      "cancel ms",
      "then Iris ms",
      "first loss s",
      "heap MB",
      "process MB",
      ...MAIN_THREAD_COLUMNS,
      "",
      "kept",
    ],
    rows: outcomes.map((one) => [
      one.file,
      megabytes(one.fileBytes),
      seconds(one.openMs),
      seconds(one.prepareMs),
      ...(one.cancelled ? [one.cancelled.pageMs, one.cancelled.engineMs].map((ms) => ms.toFixed(0)) : ["-", "-"]),
      one.firstLossMs === null ? "-" : seconds(one.firstLossMs),
      megabytes(one.peakHeapBytes),
      one.peakResidentBytes === null ? "-" : megabytes(one.peakResidentBytes),
      ...mainThreadCells(one),
      passOrFail(goalsMet(one)),
      one.problem ?? one.said,
    ]),
    passed: outcomes.every(goalsMet),
    backend: null,
    figures: { goals: GOALS, outcomes },
  };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

async function openLarge(path: string, { trains }: Case): Promise<Outcome> {
  const studio = await openStudio("", chosenGpu());
  try {
    const { page } = studio;
    await page.getByRole("navigation", { name: "Pipeline" }).getByRole("button", { name: /^Data/ }).click();
    await page.getByText(/classes in/).waitFor({ timeout: OPEN_MS });
    const cancelled = await cancelMidway(page, path);
    const watch = await watchMainThread(page);
    const opened = await openToEnd(page, path);
    const seen = await watch.end();
    const firstLossMs = trains && opened.problem === null ? await startTraining(page) : null;
    const peakResidentBytes = await peakResident(page.context().browser());
    return {
      file: basename(path),
      fileBytes: statSync(path).size,
      ...opened,
      cancelled,
      firstLossMs,
      peakResidentBytes,
      ...seen,
    };
  } finally {
    await studio.close();
  }
}

const choose = (page: Page, path: string): Promise<void> =>
  page.getByLabel("Files with data", { exact: true }).setInputFiles(path);

async function cancelMidway(page: Page, path: string): Promise<Cancelled | null> {
  await choose(page, path);
  const midway = page.getByRole("status").getByText(/ ([1-9]\d)%$/);
  const cancel = page.getByRole("button", { name: "Cancel", exact: true });
  try {
    await midway.waitFor({ timeout: 20_000 });
  } catch {
    // Small files are open before a tenth of them was told.
    await page.getByText(`in ${basename(path)}:`).waitFor({ timeout: OPEN_MS });
    return null;
  }
  const pressed = performance.now();
  await cancel.click();
  await cancel.waitFor({ state: "detached" });
  const pageMs = performance.now() - pressed;
  // The page is free at once; the engine is when it answers the next call.
  await page.getByRole("button", { name: /^Iris/ }).click();
  await page.getByText(/classes in iris/i).waitFor({ timeout: OPEN_MS });
  return { pageMs, engineMs: performance.now() - pressed };
}

async function openToEnd(page: Page, path: string) {
  const name = basename(path);
  const started = performance.now();
  await choose(page, path);
  const title = page.getByRole("heading", { name, exact: true });
  const refused = page.getByRole("alert").filter({ has: page.getByRole("heading") });
  await title.or(refused).first().waitFor({ timeout: OPEN_MS });
  const openMs = performance.now() - started;
  await page.getByText(`in ${name}:`).or(refused).first().waitFor({ timeout: OPEN_MS });
  const prepareMs = performance.now() - started - openMs;
  const problem = (await refused.count()) > 0 ? await refused.first().textContent() : null;
  const summary = problem === null ? await page.getByText(`in ${name}:`).textContent() : "";
  const preview = await page.locator(".preview .say").textContent();
  return { openMs, prepareMs, said: `${preview}; ${summary}`, problem: problem?.replace(/\s+/g, " ") ?? null };
}

async function startTraining(page: Page): Promise<number> {
  const started = performance.now();
  await page.getByRole("button", { name: "Train", exact: true }).click();
  const loss = page.getByRole("region", { name: "Run", exact: true }).getByText("loss", { exact: true });
  await loss.locator("xpath=following-sibling::dd").filter({ hasText: /\d/ }).waitFor({ timeout: OPEN_MS });
  const took = performance.now() - started;
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  return took;
}

/** The most that a renderer process ever held, as Linux counts it. */
async function peakResident(browser: Browser | null): Promise<number | null> {
  const session = await browser?.newBrowserCDPSession();
  const processes = await session?.send("SystemInfo.getProcessInfo");
  const renderers = processes?.processInfo.filter(({ type }) => type === "renderer") ?? [];
  const peaks = renderers.map(({ id }) => {
    try {
      return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return Math.max(0, ...peaks) || null;
}
