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
