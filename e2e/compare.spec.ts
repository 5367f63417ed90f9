import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectNoViolations, onBothScreens } from "./axe.ts";
import { flowersCsv } from "./fixtures/tables.ts";
import { csv, StudioPage } from "./studio-page.ts";

/** Rows for training, and others for testing, so that every seed is tested on the same items. */
async function openFlowers(page: Page): Promise<StudioPage> {
  const [header = "", ...rows] = flowersCsv(240).split("\n");
  const file = (name: string, part: string[]) => csv(name, [header, ...part].join("\n"));
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(file("flowers-train.csv", rows.slice(0, 140)), file("flowers-test.csv", rows.slice(140)));
  await studio.computeOn("Plain JavaScript");
  await studio.type("Epochs", 8);
  return studio;
}

/** Seeds 1 and 2 of a sound configuration, then one that learns next to nothing. */
async function trainThree(page: Page): Promise<StudioPage> {
  const studio = await openFlowers(page);
  await studio.trainToTheEnd();
  await studio.type("Seed", 2);
  await studio.trainToTheEnd();
  await studio.type("Learning rate", 1e-6);
  await studio.trainToTheEnd();
  await studio.showRuns();
  return studio;
}

const region = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });
const table = (page: Page): Locator => region(page, "Runs").getByRole("table");
const choose = (page: Page, name: string): Promise<void> =>
  table(page)
    .getByRole("checkbox", { name: `Choose ${name}`, exact: true })
    .click();

test("two seeds of one configuration cannot be told apart, a broken one can, item by item", async ({ page }) => {
  await trainThree(page);
  await choose(page, "Run 1");
  await choose(page, "Run 2");
  const verdict = region(page, "Verdict");
  await expect(verdict.getByText("Not distinguishable", { exact: true })).toBeVisible();
  await expect(verdict).toContainText("Run 1 and Run 2 are not distinguishable");
  await expect(verdict).toContainText("One seed each");
  await expect(region(page, "Configuration")).toContainText("The 2 runs differ in the seed alone.");

  await choose(page, "Run 1");
  await choose(page, "Run 3");
  await expect(verdict.getByText("A is better", { exact: true })).toBeVisible();
  await expect(verdict).toContainText("Run 2 is better than Run 3");
  await expect(verdict).toContainText("on the same 100 test items");
  const mcnemar = verdict.getByRole("table", { name: "Items by who was right" });
  const counts = (await mcnemar.getByRole("cell").allTextContents()).filter(Boolean).map(Number);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(100);
  const flipped = region(page, "Flipped items");
  await expect(flipped.getByRole("listitem")).toHaveCount(3);
  await expect(flipped.getByRole("listitem").first()).toContainText("flowers-test.csv, row");

  // The sides change places, and with them the sign.
  const gap = verdict
    .getByRole("row", { name: /^accuracy/ })
    .getByRole("cell")
    .nth(2);
  await expect(gap).toHaveText(/^−\d/);
  const before = (await gap.textContent()) ?? "";
  await page.getByRole("button", { name: "Swap A and B" }).click();
  await expect(verdict.getByText("B is better", { exact: true })).toBeVisible();
  await expect(gap).toHaveText(before.replace("−", "+"));

  const difference = page.getByRole("grid", { name: /^Difference, B minus A/ });
  await difference.getByRole("gridcell").filter({ hasText: "+" }).first().click();
  await expect(region(page, "Items of the chosen cell").getByRole("listitem").first()).toContainText(
    "flowers-test.csv",
  );
  await expectNoViolations(page);
});

test("seeds are grouped with mean and sd, and a single one shows none", async ({ page }) => {
  await trainThree(page);
  await page.getByRole("button", { name: "Group by" }).click();
  await page.getByRole("checkbox", { name: "configuration, seeds together" }).click();
  await page.keyboard.press("Escape");
  const two = table(page).getByRole("row").filter({ hasText: "2 runs · 2 seeds" });
  const one = table(page).getByRole("row").filter({ hasText: "1 run · 1 seed" });
  await expect(two.getByRole("cell").filter({ hasText: /^\d+\.\d ± \d+\.\d$/ })).toHaveCount(4);
  await expect(one.getByRole("cell").filter({ hasText: "±" })).toHaveCount(0);
  await expect(region(page, "Runs")).toContainText("Groups have unequal numbers of seeds.");
  await two.getByRole("button").click();
  await expect(table(page).getByRole("rowheader", { name: "Run 2" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(table(page).getByRole("button", { name: "Run 2" })).toBeFocused();

  await two.getByRole("checkbox").click();
  await one.getByRole("checkbox").click();
  const curves = region(page, "Curves");
  await expect(curves).toContainText("over 2 seeds");
  await expect(curves).toContainText("one seed");
  await page.getByRole("button", { name: "Curves as a table" }).click();
  await expect(region(page, "Curves, data").getByRole("row")).toHaveCount(9);
  await expect(region(page, "Curves, data")).toContainText("±");
  await expect(region(page, "Verdict")).toContainText("only 1 pair of runs with the same test items");
});

onBothScreens(() => {
  test("a run's notes outlast a reload, and a deleted run comes back", async ({ page }) => {
    const studio = new StudioPage(page);
    await studio.open();
    await studio.computeOn("Plain JavaScript");
    await studio.type("Epochs", 2);
    await studio.trainToTheEnd();
    await studio.trainToTheEnd();
    await studio.showRun("Run 1");
    const panel = region(page, "Run 1");
    await panel.getByRole("textbox", { name: "Notes" }).fill("The one to keep");
    await panel.getByRole("textbox", { name: "Tags" }).fill("baseline, paper");
    await panel.getByRole("textbox", { name: "Tags" }).blur();
    await expectNoViolations(page);
    await page.reload();
    await studio.showRuns();
    await page.getByRole("searchbox", { name: "Find runs" }).fill("one to keep paper");
    await expect(table(page).getByRole("rowheader")).toHaveText(["Run 1"]);
    await table(page).getByRole("button", { name: "Run 1" }).click();
    await expect(panel.getByRole("textbox", { name: "Notes" })).toHaveValue("The one to keep");
    await expect(panel.getByRole("textbox", { name: "Tags" })).toHaveValue("baseline, paper");

    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await panel.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(table(page).getByRole("rowheader")).toHaveText(["Run 2"]);
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await expect(table(page).getByRole("rowheader")).toHaveText(["Run 2", "Run 1"]);
    const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    expect(whole).toBeLessThanOrEqual(inner ?? 0);
  });
});

test("the matrix of any epoch is a slider away, and its items with it", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(csv("flowers.csv", flowersCsv(180)));
  await studio.computeOn("Plain JavaScript");
  await studio.type("Epochs", 6);
  await studio.trainToTheEnd();
  const card = region(page, "Confusion");
  const slider = card.getByRole("slider", { name: "Epoch" });
  await expect(slider).toHaveAttribute("aria-valuetext", "epoch 6 of 6");
  await slider.press("Home");
  await expect(card).toContainText("Validation items, epoch 1");
  const first = await studio.matrixCounts();
  await slider.press("ArrowRight");
  await expect(card).toContainText("Validation items, epoch 2");
  await slider.press("Home");
  await card.getByRole("gridcell").first().click();
  const items = region(page, "Items of the chosen cell");
  const count = first[0]?.[0] ?? 0;
  await expect(items.getByRole("listitem")).toHaveCount(Math.min(5, count));
  await card.getByRole("button", { name: "Last" }).click();
  await expect(card).toContainText("Validation items, epoch 6");
});
