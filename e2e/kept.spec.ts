import { expect, test } from "@playwright/test";
import { expectNoViolations } from "./axe.ts";
import { csv, StudioPage } from "./studio-page.ts";

const ROWS = Array.from(
  { length: 60 },
  (_, i) => `${(i % 7) - 3},${i % 2 ? "odd" : "even"},${i % 7 > 3 ? "up" : "down"}`,
);
const POINTS = csv("points.csv", ["x,parity,side", ...ROWS].join("\n"));

test("what is kept is exported as one file, and used in another browser: curves, items, data", async ({
  page,
  browser,
}) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(POINTS);
  await studio.computeOn("Plain JavaScript");
  await studio.type("Epochs", 3);
  await studio.trainToTheEnd();
  const matrix = await studio.matrixCounts();
  await studio.button("Runs 1").click();
  const storage = page.getByRole("region", { name: "On this machine" });
  await expect(storage).toContainText("1 run and 1 data set");
  await expectNoViolations(page);
  const download = page.waitForEvent("download");
  await storage.getByRole("button", { name: "Export all" }).click();
  const file = await (await download).path();

  const elsewhere = await (await browser.newContext()).newPage();
  const other = new StudioPage(elsewhere);
  await other.open();
  await other.button("Runs").click();
  const empty = elsewhere.getByRole("region", { name: "On this machine" });
  await expect(empty).toContainText("Nothing is kept yet");
  await elsewhere.getByLabel("File of kept runs").setInputFiles({
    name: "broken.zip",
    mimeType: "application/zip",
    buffer: Buffer.from("PK no zip at all"),
  });
  await expect(empty.getByRole("status")).toContainText("broken.zip");
  await elsewhere.getByLabel("File of kept runs").setInputFiles(file);
  await expect(empty.getByRole("status")).toContainText("Taken over: 1 run, 1 data set.");
  await elsewhere.reload();
  await elsewhere.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: "Runs 1" }).click();
  await elsewhere.getByRole("button", { name: "Run 1" }).first().click();
  await other.button("Show in the Studio").click();
  await expect(other.finished).toBeVisible();
  expect(await other.matrixCounts()).toEqual(matrix);
  await other.matrix.getByRole("gridcell", { name: /^up predicted as up/ }).click();
  const items = elsewhere.getByRole("region", { name: "Items of the chosen cell" });
  await expect(items).toContainText("points.csv, row");
  await elsewhere.context().close();
});
