import { expect, test } from "@playwright/test";
import { expectNoViolations } from "./axe.ts";
import { csv, StudioPage } from "./studio-page.ts";

const ROWS = Array.from({ length: 48 }, (_, i) => `${i % 2 ? 5 : 1}.${i},${i % 3},${i % 2 ? "long" : "short"}`);
const TABLE = csv("strings.csv", ["length,tone,kind", ...ROWS].join("\n"));

test("items are relabelled and excluded in the preview and in a cell, undone, and trained on", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(TABLE);
  const rows = page.getByRole("region", { name: "Rows" });
  const first = rows.getByRole("combobox", { name: "Class of strings.csv, row 2", exact: true });
  await first.selectOption("long");
  await expect(page.getByText("1 item is edited by hand.")).toBeVisible();
  await studio.button("Exclude strings.csv, row 3").click();
  await expect(page.getByText("2 items are edited by hand.")).toBeVisible();
  await expect(rows.getByRole("row").nth(2)).toContainText("excluded");
  await expectNoViolations(page, ".preview");
  await studio.button("Undo").first().click();
  await expect(page.getByText("1 item is edited by hand.")).toBeVisible();
  await expect(first).toHaveValue("long");

  await studio.stage("Loss");
  await studio.type("Epochs", 2);
  await studio.trainToTheEnd();
  await studio.matrix
    .getByRole("gridcell", { name: /predicted as/ })
    .first()
    .click();
  const cell = page.getByRole("region", { name: "Items of the chosen cell" });
  await expect(cell.getByText("1 item is edited by hand, and this run was trained so.")).toBeVisible();
});
