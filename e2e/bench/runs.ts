import type { Page } from "@playwright/test";
import { openStudio } from "../../src/cli/studio.ts";
import { type Deed, type Interactions, timeInteractions } from "./interactions.ts";
import { fileOfRuns } from "./many-runs.ts";
import { type BenchContext, type BenchResult, passOrFail } from "./result.ts";

const RUNS = 1_000;
/**
 * From the event to the next paint in the median, and no task may take longer in processor time. The worst by the clock
 * is printed; where the machine does other work it says more about that.
 */
const GOAL_MS = 100;
const COLUMNS = ["accuracy", "macro F1", "K", "noise", "time", "run"] as const;
const IMPORT_MS = 120_000;

const table = (page: Page) => page.getByRole("region", { name: "Runs", exact: true }).getByRole("table");
const header = (page: Page, name: string) =>
  table(page).getByRole("columnheader", { name, exact: true }).getByRole("button");

const times = async (count: number, deed: (index: number) => Promise<void>): Promise<void> => {
  for (let i = 0; i < count; i++) await deed(i);
};

const press = async (page: Page, key: string): Promise<void> => {
  await page.keyboard.press(key);
  await page.waitForTimeout(60);
};

const DEEDS: readonly Deed[] = [
  {
    name: "sort",
    events: ["click"],
    run: (page) =>
      times(2 * COLUMNS.length, async (i) => {
        await header(page, COLUMNS[i % COLUMNS.length] as string).click();
        await page.waitForTimeout(120);
      }),
  },
  {
    name: "scroll",
    events: ["scroll"],
    run: async (page) => {
      await table(page).hover();
      await times(40, async (i) => {
        await page.mouse.wheel(0, i < 25 ? 700 : -900);
        await page.waitForTimeout(60);
      });
    },
  },
  {
    name: "move by keys",
    events: ["keydown"],
    run: async (page) => {
      await table(page).getByRole("checkbox").nth(1).focus();
      await times(20, () => press(page, "ArrowDown"));
      await times(10, () => press(page, "PageDown"));
      await press(page, "End");
      await press(page, "Home");
    },
  },
  {
    name: "choose",
    events: ["click"],
    run: (page) =>
      times(6, async (i) => {
        await table(page)
          .getByRole("checkbox", { name: /^Choose Run/ })
          .nth(i)
          .click();
        await page.waitForTimeout(200);
      }),
  },
  {
    name: "find",
    events: ["input"],
    run: async (page) => {
      const box = page.getByRole("searchbox", { name: "Find runs" });
      await box.pressSequentially("log-mean-exp 0.003", { delay: 80 });
      await box.clear();
      await page.waitForTimeout(120);
    },
  },
  {
    name: "group and open",
    events: ["click"],
    run: async (page) => {
      await page.getByRole("button", { name: "Group by" }).click();
      await page.getByRole("checkbox", { name: "configuration, seeds together" }).click();
      await page.waitForTimeout(120);
      await page.keyboard.press("Escape");
      await times(4, async (i) => {
        await table(page).locator("button[aria-expanded]").nth(i).click();
        await page.waitForTimeout(120);
      });
    },
  },
];

/** A thousand runs, taken over from a file as any are, in the table of the page Runs: how soon it answers. */
export async function runs({ tell }: BenchContext): Promise<BenchResult> {
  const studio = await openStudio("", "none");
  try {
    const { page } = studio;
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: "Runs" }).click();
    const buffer = fileOfRuns(RUNS);
    await page.getByLabel("File of kept runs").setInputFiles({ name: "runs.zip", mimeType: "application/zip", buffer });
    await table(page).waitFor({ timeout: IMPORT_MS });
    tell(`runs: ${RUNS} runs are in the table`);
    await page.waitForTimeout(2_000);
    const seen: Interactions[] = [];
    for (const deed of DEEDS) {
      seen.push(await timeInteractions(page, deed));
      tell(`runs: ${deed.name}`);
    }
    return {
      columns: ["interaction", "times", "median ms", "worst ms", "cpu ms", ""],
      rows: seen.map((one) => [
        one.name,
        String(one.toPaintMs.length),
        median(one.toPaintMs).toFixed(0),
        Math.max(...one.toPaintMs).toFixed(0),
        one.thread.longestCpuMs.toFixed(0),
        passOrFail(isQuick(one)),
      ]),
      passed: seen.every(isQuick),
      backend: null,
      figures: { runs: RUNS, goalMs: GOAL_MS, interactions: seen },
    };
  } finally {
    await studio.close();
  }
}

const isQuick = ({ toPaintMs, thread }: Interactions): boolean =>
  toPaintMs.length > 0 && median(toPaintMs) <= GOAL_MS && thread.longestCpuMs <= GOAL_MS;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
