import { expect, test } from "@playwright/test";
import { expectNoViolations, onBothScreens } from "./axe.ts";
import { StudioPage } from "./studio-page.ts";

onBothScreens(() => {
  test("every stage and a finished run are free of axe's complaints", async ({ page }) => {
    const studio = new StudioPage(page);
    await studio.open();
    for (const stage of ["Data", "Repeat", "Backbone", "Head", "Aggregate", "Loss"] as const) {
      await studio.stage(stage);
      await expectNoViolations(page);
    }
    await studio.computeOn("WebAssembly");
    await studio.type("Epochs", 3);
    await studio.trainToTheEnd();
    await studio.matrix
      .getByRole("gridcell", { name: /predicted as/ })
      .first()
      .click();
    await expect(page.getByRole("region", { name: "Items of the chosen cell" })).toBeVisible();
    await studio.button("Loss as a table").click();
    await expectNoViolations(page);
  });

  test("the page does not scroll sideways", async ({ page }) => {
    const studio = new StudioPage(page);
    await studio.open();
    await studio.stage("Data");
    const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    expect(whole).toBeLessThanOrEqual(inner);
  });
});

test("on a phone the reason for the backend is in sight, and a long name widens nothing", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const studio = new StudioPage(page);
  await studio.open();
  await page.getByRole("button", { name: /^(WebGPU|WebGL|WebAssembly|Plain JavaScript)/ }).hover();
  const tip = await page.getByRole("tooltip").boundingBox();
  expect(tip?.x).toBeGreaterThanOrEqual(0);
  expect((tip?.x ?? 0) + (tip?.width ?? 0)).toBeLessThanOrEqual(390);
  await page.mouse.move(195, 800);

  await studio.computeOn("Plain JavaScript");
  await studio.type("Epochs", 1);
  await studio.trainToTheEnd();
  await studio.showRun("Run 1");
  await page
    .getByRole("textbox", { name: "Name", exact: true })
    .fill("The first of them all, with every default there is");
  await studio.button("Show in the Studio").click();
  await expect(studio.button(/^Details of The first/)).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
