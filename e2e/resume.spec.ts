import { expect, type Page, test } from "@playwright/test";
import { expectNoViolations } from "./axe.ts";
import { flowersCsv } from "./fixtures/tables.ts";
import { csv, StudioPage } from "./studio-page.ts";

const EPOCHS = 12;

/** A studio that is to compute on plain JavaScript, where a resumed run equals the uninterrupted one to the last bit. */
async function ready(page: Page, epochs = EPOCHS): Promise<StudioPage> {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.computeOn("Plain JavaScript");
  await studio.type("Epochs", epochs);
  await expect(studio.train).toBeEnabled();
  return studio;
}

/** Takes the first steps of a run one by one, which keeps it up to each. */
async function inMidRun(studio: StudioPage, steps: number): Promise<void> {
  for (let taken = 1; taken <= steps; taken++) {
    await studio.button("Step").click();
    await expect(studio.run).toContainText(`Paused before step ${taken + 1}.`);
  }
  await expect(studio.run).toContainText(`Kept up to step ${steps}.`);
}

/** All that a finished run shows: losses and scores of every epoch, the test scores, the matrix. */
async function shown(studio: StudioPage) {
  const said = ((await studio.finished.textContent()) ?? "").replace(/ in [\d.]+ \w+\./, ".");
  const [loss, accuracy] = [await studio.chartRows("Loss"), await studio.chartRows("Validation accuracy")];
  return { said, loss, accuracy, matrix: await studio.matrixCounts() };
}

test("a run that a reload cut off goes on, and ends as if nothing had been", async ({ page, context }) => {
  const studio = await ready(page);
  await studio.trainToTheEnd();
  const whole = await shown(studio);

  const other = await context.newPage();
  const again = await ready(other);
  await inMidRun(again, 10);
  await other.reload();
  const offer = again.button("Resume Run 2");
  await expect(offer).toBeVisible();
  await expect(again.run).toContainText(/Run 2 was cut off\. It is kept up to step \d+ of \d+, in epoch \d+/);
  await expectNoViolations(other);
  await offer.click();
  await again.finish();
  expect(await shown(again)).toEqual(whole);
  await expect(offer).toBeHidden();
});

test("an engine that was ended in mid-run is replaced, and the run goes on from its checkpoint", async ({ page }) => {
  const studio = await ready(page);
  await inMidRun(studio, 9);
  await page
    .workers()[0]
    ?.evaluate(() => self.close())
    .catch(() => undefined);
  await studio.button("Restart the engine").click();
  await expect(studio.run).toContainText("Run 1 failed.");
  await studio.button("Resume Run 1").click();
  await studio.finish();
  const resumed = await shown(studio);
  await page.reload();
  await studio.trainToTheEnd();
  expect(await shown(studio)).toEqual(resumed);
});

test("a page that crashed in mid-run finds its run again", async ({ context }) => {
  const page = await context.newPage();
  const studio = await ready(page);
  await inMidRun(studio, 9);
  const crashed = page.waitForEvent("crash");
  await page.goto("chrome://crash").catch(() => undefined);
  await crashed;
  await page.close();
  const next = new StudioPage(await context.newPage());
  await next.open();
  await next.button("Resume Run 1").click();
  await next.finish();
});

test("a run outlives the tab: its curves, its record, its weights and its items", async ({ page }) => {
  const studio = await ready(page, 3);
  await studio.trainToTheEnd();
  const before = await shown(studio);
  await studio.button("Runs 1").click();
  await expect(page.getByRole("region", { name: "On this machine" })).toContainText("1 run");
  await page.reload();
  await studio.finish();
  expect(await shown(studio)).toEqual(before);
  await studio.matrix.getByRole("gridcell", { name: /^Adelie predicted as Adelie/ }).click();
  await expect(
    page.getByRole("region", { name: "Items of the chosen cell" }).getByRole("listitem").first(),
  ).toBeVisible();
  await studio.button("Runs 1").click();
  await expect(page.getByRole("region", { name: "On this machine" })).toContainText("1 run");
});

test("the last run of one's own files is on the page again after a reload, with the files", async ({ page }) => {
  const studio = await ready(page, 2);
  await studio.openFiles(csv("flowers.csv", flowersCsv(200)));
  await studio.trainToTheEnd();
  await page.reload();
  await studio.finish();
  await expect(studio.matrix).toBeVisible();

  // Its data are open again with its experiment, too.
  await page.goto("/");
  await page.reload();
  await expect(page.getByRole("navigation", { name: "Pipeline" })).toContainText("penguins.json · ");
  await studio.showRun("Run 1");
  await studio.button("Open as experiment").click();
  await expect(page.getByRole("navigation", { name: "Pipeline" })).toContainText("flowers.csv · ");

  // Where they are no longer kept, others of that name are told from them.
  await studio.showRuns();
  const kept = page.getByRole("region", { name: "On this machine" });
  await kept.getByText("1 data set", { exact: true }).click();
  await kept.getByRole("button", { name: "Delete flowers.csv", exact: true }).click();
  await kept.getByRole("button", { name: "Delete flowers.csv for good" }).click();
  await page.goto("/");
  await page.reload();
  await expect(page.getByRole("navigation", { name: "Pipeline" })).toContainText("penguins.json · ");
  await studio.showRun("Run 1");
  await studio.button("Open as experiment").click();
  const files = page.getByLabel("The file that is needed");
  await files.setInputFiles([csv("flowers.csv", flowersCsv(150))]);
  await expect(page.getByRole("heading", { name: "The same name, other content" })).toBeVisible();
  await files.setInputFiles([csv("flowers.csv", flowersCsv(200))]);
  await expect(page.getByRole("navigation", { name: "Pipeline" })).toContainText("flowers.csv · ");
});

test("with one of several seeds that was cut off the others follow", async ({ page }) => {
  const studio = await ready(page, 60);
  await studio.type("Seeds to train", 2);
  await studio.button("Train 2 seeds").click();
  await studio.button("Pause").click();
  await expect(studio.run).toContainText(/Kept up to step/);
  await page.reload();
  await studio.button("Resume Run 1").click();
  await expect(studio.run).toContainText("seed2 of 2");
  await studio.finish();
  await expect(studio.run).toContainText("On Plain JavaScript.");
});

test("a run whose data are gone says so instead of going on", async ({ page }) => {
  const studio = await ready(page);
  await studio.openFiles(csv("flowers.csv", flowersCsv(200)));
  await inMidRun(studio, 3);
  await studio.showRun("Run 1");
  await expect(page.getByRole("region", { name: "Run 1", exact: true })).toContainText("step 3 of");
  await page.goto("/");
  await page.reload();
  await studio.showRuns();
  await page.getByText("1 data set", { exact: true }).click();
  await studio.button("Delete flowers.csv").click();
  await studio.button("Delete flowers.csv for good").click();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: "Studio" }).click();
  await studio.button("Resume Run 1").click();
  await expect(page.getByText(/data are not kept here/i).first()).toBeVisible();
  await expect(studio.button("Resume Run 1")).toBeVisible();
});

test("where the disk is full the run goes on, and the page says what is not kept", async ({
  page,
  context,
  baseURL,
}) => {
  const studio = await ready(page);
  await inMidRun(studio, 9);
  const browser = await context.newCDPSession(page);
  const origin = new URL(baseURL as string).origin;
  await browser.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
  await studio.button("Step").click();
  await expect(studio.run).toContainText(/Not kept: .+/);
  await page.reload();
  await expect(studio.run).toContainText("It is kept up to step 9 of");
  await browser.send("Storage.overrideQuotaForOrigin", { origin });
  await studio.button("Resume Run 1").click();
  await studio.finish();
});

test("two tabs see each other's runs, and only one of them can go on with one", async ({ page, context }) => {
  const studio = await ready(page);
  await inMidRun(studio, 9);
  const second = new StudioPage(await context.newPage());
  await second.open();
  await expect(second.button("Runs 1")).toBeVisible();
  await expect(second.button("Resume Run 1")).toBeHidden();
  await second.trainToTheEnd();
  await expect(studio.button("Runs 2")).toBeVisible();
  await studio.button("Resume").click();
  await studio.finish();
});
