import { expect, test } from "@playwright/test";
import { StudioPage } from "./studio-page.ts";

test("a link restores the experiment, and the same link trains the same curve", async ({ page, context }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.type("Repeats K", 5);
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", 6);
  await studio.type("Seed", 42);
  await expect(page).toHaveURL(/#experiment=/);
  await page.waitForTimeout(400);
  await studio.trainToTheEnd();
  const curve = await studio.chartRows("Loss");

  const other = new StudioPage(await context.newPage());
  await other.open(new URL(page.url()).hash);
  await expect(other.page.getByRole("textbox", { name: "Repeats K" })).toHaveValue("5");
  await other.computeOn("WebAssembly");
  await expect(other.page.getByRole("textbox", { name: "Seed", exact: true })).toHaveValue("42");
  await other.trainToTheEnd();
  expect(await other.chartRows("Loss")).toEqual(curve);
});

test("a damaged link is reported, and the studio shows its own experiment", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open("#experiment=eyJ2ZXJ");
  await expect(page.getByText(/The link's experiment cannot be read/)).toBeVisible();
});

test("a link to somebody's file asks for that file", async ({ page }) => {
  const experiment = { version: 1, task: "tabular-classification", data: { train: "shop.csv", label: "sold" } };
  await page.goto(`/#experiment=${encodeURIComponent(JSON.stringify(experiment))}`);
  await expect(page.getByText(/an experiment on "shop\.csv".*drop that file here/)).toBeVisible();
});
