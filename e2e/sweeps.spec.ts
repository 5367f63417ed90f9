import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectNoViolations } from "./axe.ts";
import { flowersCsv } from "./fixtures/tables.ts";
import { csv, rowsOf, StudioPage } from "./studio-page.ts";

/** The page of sweeps as a person uses it. */
class SweepsPage {
  constructor(readonly page: Page) {}

  get start(): Locator {
    return this.page.getByRole("button", { name: /^Start \d+ runs?$/ });
  }
  get heatmap(): Locator {
    return this.page.getByRole("grid", { name: /^validation accuracy: K in rows, f in columns/ });
  }

  get progress(): Locator {
    return this.page.getByRole("progressbar").first();
  }

  async open(): Promise<void> {
    await this.page.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: "Sweeps" }).click();
  }

  /** Presses chips until just these are chosen. */
  async choose(group: RegExp, wanted: readonly string[]): Promise<void> {
    const chips = this.page.getByRole("group", { name: group }).getByRole("button");
    await expect(chips.first()).toBeVisible();
    for (const chip of await chips.all()) {
      const isChosen = (await chip.getAttribute("aria-pressed")) === "true";
      if (isChosen !== wanted.includes((await chip.textContent()) ?? "")) await chip.click();
    }
  }

  configurations(): Promise<string[][]> {
    return rowsOf(this.page.getByRole("region", { name: "Configurations, table" }).getByRole("table"));
  }

  async ended(): Promise<void> {
    await expect(this.page.getByText(/^All \d+ runs are through\.$/).first()).toBeVisible({ timeout: 80_000 });
  }
}

async function openFlowers(page: Page, epochs: number): Promise<SweepsPage> {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(csv("flowers.csv", flowersCsv(60)));
  await studio.computeOn("Plain JavaScript");
  await studio.type("Epochs", epochs);
  const sweeps = new SweepsPage(page);
  await sweeps.open();
  return sweeps;
}

/** The same in the dark on a phone: nothing runs out of it. */
async function onNarrowScreen(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  await expectNoViolations(page, "main");
  const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  expect(whole).toBeLessThanOrEqual(inner);
  await page.setViewportSize({ width: 1440, height: 900 });
}

test("a grid of 2 x 3 with three seeds goes on after a reload, to mean and sd of every cell", async ({ page }) => {
  const sweeps = await openFlowers(page, 2);
  await sweeps.choose(/^Repeats K/, ["1", "2"]);
  await sweeps.choose(/^Pooling f/, ["Mean", "Max", "Median"]);
  await expect(sweeps.start).toHaveText("Start 21 runs");
  await sweeps.start.click();
  await expect(page.getByText(/^[3-9] of 21 runs done/).first()).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Train", exact: true })).toBeAttached();
  await sweeps.open();
  await page.getByRole("button", { name: /^K × f/ }).click();
  await page.getByRole("button", { name: "Resume" }).click();
  await sweeps.ended();

  const [head = [], ...rows] = await sweeps.configurations();
  expect(head.map((title) => title.replace(/[↑↓]/, ""))).toEqual(
    expect.arrayContaining(["configuration", "K", "f", "seeds", "validation accuracy", "test accuracy"]),
  );
  expect(rows.map(([name, , , seeds]) => [name, seeds])).toEqual([
    ["K = 1, f = mean", "3"],
    ["K = 1, f = max", "3"],
    ["K = 1, f = median", "3"],
    ["K = 2, f = mean", "3"],
    ["K = 1, 4 epochs", "3"],
    ["K = 2, f = max", "3"],
    ["K = 2, f = median", "3"],
  ]);
  for (const row of rows) expect(row[4]).toMatch(/^\d+\.\d ± \d+\.\d%$/);
  // Nothing that had ended before the reload was trained again.
  await expect(page.getByRole("navigation", { name: "Pages" })).toContainText("Runs 21");
  await expect(sweeps.heatmap.getByRole("gridcell", { name: /^K = / })).toHaveCount(7);
  await expect(sweeps.heatmap.getByRole("gridcell", { name: /^K = 2, f = max: .*sd .*3 seeds$/ })).toBeVisible();
  await expect(page.getByText(/in the choice\.$/)).toContainText("on the same validation items is optimistic");
  await expect(page.getByText(/^With as many forward passes K = 2/)).toContainText("95% over 3 paired seeds");
  await expectNoViolations(page, "main");
  await onNarrowScreen(page);

  await page.getByRole("button", { name: "Open as experiment" }).click();
  await expect(page.getByRole("navigation", { name: "Pipeline" })).toBeVisible();
});

test("several seeds of one run: Train makes a run for each; and a budget ends a sweep", async ({ page }) => {
  const sweeps = await openFlowers(page, 2);
  const studio = new StudioPage(page);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: "Studio" }).click();
  await studio.type("Seeds to train", 3);
  await studio.button("Train 3 seeds").click();
  await expect(studio.run).toContainText("seed3 of 3");
  await sweeps.open();
  await sweeps.ended();
  const seeds = await rowsOf(page.getByRole("region", { name: "Seeds, data" }).getByRole("table"));
  expect(seeds.slice(1).map(([seed]) => seed)).toEqual(["1", "2", "3", "mean ± sd"]);
  expect(seeds.at(-1)?.[3]).toMatch(/^\d+\.\d ± \d+\.\d%$/);
  await expect(page.getByText(/over 3 seeds; 95% interval of the mean/)).toBeVisible();
  await onNarrowScreen(page);

  await page.getByRole("button", { name: "New sweep" }).click();
  await sweeps.choose(/^Repeats K/, ["2", "64", "8"]);
  await sweeps.choose(/^Pooling f/, []);
  await page.getByRole("textbox", { name: "Runs at most" }).fill("2");
  await sweeps.start.click();
  await expect(page.getByText("The budget of 2 runs is used up.").first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/One seed each so far/)).toBeVisible();
  await page.getByText(/^\d+ runs to come$/).click();
  // Those with K = 64, and their equal compute, would take long.
  const long = page.getByRole("button", { name: /^Leave out K = (64|1, 128 epochs), / });
  for (let left = await long.count(); left > 0; left--) await long.first().click();
  await page.getByRole("button", { name: "Go on without a budget" }).click();
  await expect(page.getByText(/^All \d+ runs are through\. [3-6] runs left out\.$/).first()).toBeVisible();

  // Its best configuration comes with its data, whatever is open.
  await page.goto("/");
  await page.reload();
  const pipeline = page.getByRole("navigation", { name: "Pipeline" });
  await expect(pipeline).toContainText("penguins.json · ");
  await sweeps.open();
  await page
    .getByRole("region", { name: "Sweeps", exact: true })
    .getByRole("listitem")
    .getByRole("button")
    .first()
    .click();
  await page.getByRole("button", { name: "Open as experiment" }).click();
  await expect(pipeline).toContainText("flowers");
});

test("what makes no sense is named before anything trains", async ({ page }) => {
  const sweeps = await openFlowers(page, 2);
  await page.getByRole("combobox", { name: "Add a field" }).selectOption("optimizer.learningRate");
  await page.getByRole("textbox", { name: /^optimizer.learningRate: values/ }).fill("0.01, 99");
  await expect(page.getByRole("alert")).toContainText("optimizer.learningRate = 99");
  await expect(page.getByRole("button", { name: "Start", exact: true })).toBeDisabled();
  await page.getByRole("textbox", { name: /^optimizer.learningRate: values/ }).fill("0.01, 0.1");
  await expect(sweeps.start).toBeEnabled();
  await page.getByRole("button", { name: "Estimate" }).click();
  await expect(page.getByText(/^≈ \d/)).toBeVisible();
  await expectNoViolations(page, "main");
});

test("a sweep outlives its engine: the run that was on goes on from its checkpoint, or is told of, and the rest follows", async ({
  page,
}) => {
  const sweeps = await openFlowers(page, 600);
  await sweeps.choose(/^Repeats K/, ["1"]);
  await sweeps.choose(/^Pooling f/, []);
  await page.getByRole("textbox", { name: "Seeds", exact: true }).fill("2");
  await sweeps.start.click();
  await expect(page.getByText(/^0 of 2 runs done; training K = 1, seed 1\./).first()).toBeVisible();
  await expect(sweeps.progress).not.toHaveAttribute("aria-valuenow", "0");
  const worker = page.workers().find((one) => one.url().includes("worker"));
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error("out of luck");
    });
  });
  await expect(page.getByText(/out of luck/).first()).toBeVisible();
  await expect(page.getByText(/^All 2 runs are through\./).first()).toBeVisible({ timeout: 60_000 });
  const [, only] = await sweeps.configurations();
  expect(only?.slice(0, 2)).toEqual(["K = 1", "2"]);
});

test("a sweep is held in mid-run and goes on, goes past a run, and is ended by hand", async ({ page }) => {
  const sweeps = await openFlowers(page, 5000);
  await sweeps.choose(/^Repeats K/, ["1"]);
  await sweeps.choose(/^Pooling f/, []);
  await page.getByRole("textbox", { name: "Seeds", exact: true }).fill("3");
  await sweeps.start.click();
  await expect(sweeps.progress).not.toHaveAttribute("aria-valuenow", "0");
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await expect(page.getByText(/^0 of 3 runs done; it holds/).first()).toBeVisible();
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await expect(page.getByText(/^0 of 3 runs done; training K = 1, seed 1\./).first()).toBeVisible();
  await page.getByRole("button", { name: "Skip this run" }).click();
  await expect(page.getByText(/^1 of 3 runs done; training K = 1, seed 2\./).first()).toBeVisible();
  await page.getByRole("button", { name: "End the sweep" }).click();
  await expect(page.getByText(/^Ended by hand after \d of 3 runs\./).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Remove" })).toBeEnabled();
});
