import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { StudioPage } from "./studio-page.ts";

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n   ")}`);
  expect(found).toEqual([]);
}

for (const [name, viewport, colorScheme] of [
  ["wide and light", { width: 1440, height: 900 }, "light"],
  ["narrow and dark", { width: 390, height: 844 }, "dark"],
] as const)
  test.describe(name, () => {
    test.use({ viewport, colorScheme });

    test("every stage and a finished run are free of axe's complaints", async ({ page }) => {
      const studio = new StudioPage(page);
      await studio.open();
      for (const stage of ["Data", "Repeat", "Backbone", "Head", "Aggregate", "Loss"] as const) {
        await studio.stage(stage);
        await expectNoViolations(page);
      }
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
