import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { markdownTables } from "../src/shared/testing/markdown-tables.ts";
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
  await studio.computeOn("WebAssembly");
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

/** Presses a button of a region and reads the file that comes. */
async function downloaded(page: Page, region: string, button: string): Promise<{ name: string; bytes: Buffer }> {
  const downloading = page.waitForEvent("download");
  await page.getByRole("region", { name: region, exact: true }).getByRole("button", { name: button }).click();
  const download = await downloading;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test("a model's card has the scores of its run; that of a loaded file says that it knows none", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await expect(tryIt(page).getByRole("button", { name: "Model card" })).toBeDisabled();
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", 6);
  await studio.trainToTheEnd();
  const { name, bytes } = await downloaded(page, "Try it", "Model card");
  expect(name).toBe("run-1-card.md");
  const card = bytes.toString();
  const tables = markdownTables(card);
  const matrix = tables.find(([head]) => head?.[0]?.startsWith("true"))?.slice(1);
  expect(matrix?.map((row) => row.slice(1).map(Number))).toEqual(await studio.matrixCounts());
  expect(matrix?.map(([name]) => name)).toEqual(["Adelie", "Chinstrap", "Gentoo"]);
  expect(card).toMatch(/^---\n[\s\S]*\n---\n\n# Run 1\n/);
  expect(card).toContain("by vega-datasets; CC0 1.0.");
  await studio.showRun("Run 1");
  expect((await downloaded(page, "Run 1", "Model card")).bytes.toString()).toBe(card);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: "Studio" }).click();

  const model = await downloaded(page, "Try it", "Save model");
  expect(model.name).toBe("run-1.safetensors");
  const file = { name: "penguins.safetensors", mimeType: "application/octet-stream", buffer: model.bytes };
  await page.getByLabel("Model file").setInputFiles(file);
  await expect(tryIt(page).getByRole("combobox", { name: "Model to try" })).toContainText("penguins.safetensors");
  await expect(tryIt(page).getByRole("button", { name: "Unload" })).toBeVisible();
  const loaded = await downloaded(page, "Try it", "Model card");
  expect(loaded.name).toBe("penguins-card.md");
  expect(loaded.bytes.toString()).toContain("\n# penguins\n");
  expect(loaded.bytes.toString()).toContain("holds no scores");
  expect(markdownTables(loaded.bytes.toString())).toHaveLength(1);
});

test("a file that is no model is refused by name, and the model that was there stays", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const file = { name: "notes.safetensors", mimeType: "application/octet-stream", buffer: Buffer.from("not a model") };
  await expect(studio.button("Load model")).toBeVisible();
  await page.getByLabel("Model file").setInputFiles(file);
  await expect(tryIt(page).getByRole("alert")).toContainText("notes.safetensors");
});
