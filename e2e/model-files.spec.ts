import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { rowsOf, StudioPage } from "./studio-page.ts";

const tryIt = (page: Page) => page.getByRole("region", { name: "Try it" });

/** The table of probabilities for a penguin with a beak of this length. */
async function answerFor(page: Page, beak: string): Promise<string[][]> {
  await tryIt(page)
    .getByRole("textbox", { name: /^Beak Length/ })
    .fill(beak);
  // The page asks the model a moment after the last key.
  await page.waitForTimeout(1000);
  await expect(tryIt(page).getByText("–", { exact: true })).toHaveCount(0);
  return rowsOf(tryIt(page).getByRole("table"));
}

test("a model is tried, saved, loaded after a reload, and predicts the same", async ({ page }, info) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.stage("Loss");
  await studio.type("Epochs", 6);
  await studio.trainToTheEnd();
  const before = await answerFor(page, "50.5");
  expect(before).toHaveLength(4);
  const downloading = page.waitForEvent("download");
  await studio.button("Save model").click();
  const path = info.outputPath("model.safetensors");
  await (await downloading).saveAs(path);
  expect(readFileSync(path).readBigUInt64LE(0)).toBeGreaterThan(100n);

  await page.reload();
  await expect(studio.train).toBeEnabled();
  await page.getByLabel("Model file").setInputFiles(path);
  expect(await answerFor(page, "50.5")).toEqual(before);
  expect(await answerFor(page, "35")).not.toEqual(before);
});

test("a file that is no model is refused by name, and the model that was there stays", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const file = { name: "notes.safetensors", mimeType: "application/octet-stream", buffer: Buffer.from("not a model") };
  await expect(studio.button("Load model")).toBeVisible();
  await page.getByLabel("Model file").setInputFiles(file);
  await expect(tryIt(page).getByRole("alert")).toContainText("notes.safetensors");
});
