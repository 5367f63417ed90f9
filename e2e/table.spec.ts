import { expect, test } from "@playwright/test";
import { flowersCsv } from "./fixtures/tables.ts";
import { csv, rowsOf, StudioPage } from "./studio-page.ts";

test("a table is dropped, trained on WebGPU, and its matrix and report agree", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(csv("flowers.csv", flowersCsv(180)));
  await expect(page.getByRole("combobox", { name: "flower is used as" })).toHaveValue("label");
  await expect(page.getByRole("combobox", { name: "soil is used as" })).toHaveValue("categorical");
  await expect(page.getByRole("combobox", { name: "height is used as" })).toHaveValue("numeric");
  await studio.computeOn("WebGPU");
  await studio.type("Epochs", 8);
  await studio.trainToTheEnd();
  await expect(page.getByRole("button", { name: /^WebGPU/ })).toBeVisible();

  const losses = (await studio.chartRows("Loss")).map(([, train, validation]) => [Number(train), Number(validation)]);
  expect(losses).toHaveLength(8);
  const [first, last] = [losses[0] ?? [], losses.at(-1) ?? []];
  expect(last[0]).toBeLessThan((first[0] ?? 0) / 2);
  expect(last[1]).toBeLessThan(first[1] ?? 0);

  const counts = await studio.matrixCounts();
  const report = await rowsOf(studio.report.getByRole("table"));
  const byName = new Map(report.map(([name = "", ...cells]) => [name, cells.map(Number)]));
  const classes = ["daisy", "poppy", "tulip"];
  expect(counts).toHaveLength(classes.length);
  for (const [c, name] of classes.entries()) {
    const row = counts[c] ?? [];
    const support = row.reduce((a, b) => a + b, 0);
    const predicted = counts.reduce((sum, other) => sum + (other[c] ?? 0), 0);
    const hits = row[c] ?? 0;
    const [precision = 0, recall = 0, f1 = 0, stated] = byName.get(name) ?? [];
    expect(stated).toBe(support);
    expect(precision).toBeCloseTo(predicted === 0 ? 0 : hits / predicted, 1);
    expect(recall).toBeCloseTo(hits / support, 1);
    expect(f1).toBeCloseTo((2 * hits) / (predicted + support), 1);
  }
  const hits = counts.reduce((sum, row, c) => sum + (row[c] ?? 0), 0);
  await expect(studio.run).toContainText(`Test accuracy ${((100 * hits) / 36).toFixed(1)}% on 36.`);
  expect(hits / 36).toBeGreaterThan(0.6);
});

test("a cell of the matrix opens its items, by keyboard too", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openFiles(csv("flowers.csv", flowersCsv(180)));
  await studio.computeOn("WebAssembly");
  await studio.type("Epochs", 4);
  await studio.trainToTheEnd();
  const counts = await studio.matrixCounts();
  const cell = studio.matrix.getByRole("gridcell", { name: /^daisy predicted as daisy/ });
  await cell.click();
  const items = page.getByRole("region", { name: "Items of the chosen cell" });
  await expect(items.getByRole("listitem")).toHaveCount(Math.min(5, counts[0]?.[0] ?? -1));
  await expect(items.getByRole("listitem").first()).toContainText("flowers.csv, row");

  await cell.press("ArrowRight");
  await expect(studio.matrix.getByRole("gridcell", { name: /^daisy predicted as poppy/ })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(items.getByRole("heading", { name: "poppy predicted as poppy" })).toBeVisible();
  await expect(items.getByRole("listitem")).toHaveCount(Math.min(5, counts[1]?.[1] ?? -1));
});

test("K and f move the lens without training, and a column's use can be changed", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const strip = page.getByRole("navigation", { name: "Pipeline" });
  await expect(strip).toContainText("8 of 8 right, untrained");
  await studio.type("Repeats K", 3);
  await expect(strip).toContainText(/of 3 right, untrained/);
  await studio.stage("Aggregate");
  await studio.choose("Level", "Probabilities");
  await expect(strip).toContainText("probabilities · f = mean");
  await studio.stage("Data");
  await expect(strip).toContainText("9 → 32");
  await page.getByRole("combobox", { name: "Island is used as" }).selectOption("ignored");
  await expect(strip).toContainText("6 → 32");
});
