import { expect, test } from "@playwright/test";
import { StudioPage } from "./studio-page.ts";

test("sentences are learnt under a frozen encoder, and a sentence of one's own is answered", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.stage("Data");
  await page.getByRole("button", { name: /^Customer service/ }).click();
  await expect(page.getByRole("heading", { name: "intents.csv" })).toBeVisible();
  const strip = page.getByRole("navigation", { name: "Pipeline" });
  await expect(strip).toContainText("sentence → 512");
  await studio.stage("Loss");
  await studio.type("Epochs", 8);
  await studio.trainToTheEnd();
  await expect(strip).toContainText(/of 8 right/);
  const counts = await studio.matrixCounts();
  const all = counts.flat().reduce((a, b) => a + b, 0);
  const right = counts.reduce((sum, row, c) => sum + (row[c] ?? 0), 0);
  expect(right / all).toBeGreaterThan(0.5);

  const card = page.getByRole("region", { name: "Try it" });
  await card.getByRole("textbox").fill("my parcel has not arrived yet, where is it?");
  await expect(card.getByRole("status")).toContainText(/order|parcel|delivery|track/i);
});
